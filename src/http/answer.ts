/** Writes answers: JSON, which only the caller may read. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpError, toldOf } from './error.ts';
import type { PageFile } from './page.ts';

/** Headers of every answer. */
export const ALWAYS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Not even as an opaque response of a page elsewhere.
  'cross-origin-resource-policy': 'same-origin',
};

const LISTED: readonly string[] = Object.entries(ALWAYS).flat();

/** What is to be written. */
interface Written {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function send(
  response: ServerResponse,
  { status, body, headers: own }: Written,
  headers?: Readonly<Record<string, string>>,
): void {
  if (response.destroyed || response.headersSent) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  // A flat list, names and values in turn: Node walks through it as it is.
  const all: (string | number)[] = [...LISTED];
  if (body !== undefined) all.push('content-type', 'application/json');
  if (status !== 204) all.push('content-length', Buffer.byteLength(text));
  for (const more of [own, headers]) if (more !== undefined) all.push(...Object.entries(more).flat());
  response.writeHead(status, all as string[]);
  response.end(text);
}

/** Writes a file of the page. */
export function sendFile(response: ServerResponse, { headers, body }: PageFile, last: boolean): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(200, {
    ...ALWAYS,
    'content-length': body.length,
    ...headers,
    ...(last && { connection: 'close' }),
  });
  response.end(body);
}

export function sendError(
  response: ServerResponse,
  error: unknown,
  last: boolean,
  more: Readonly<Record<string, string>> = {},
): void {
  const { status, error: told } = toldOf(error);
  const headers = { ...more, ...(error instanceof HttpError && error.headers) };
  send(response, { status, body: { error: told } }, { ...headers, ...(last && { connection: 'close' }) });
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Answers what did not even become a request, and hangs up. */
export function sendRaw(socket: Duplex, error: NodeJS.ErrnoException): void {
  // Where there is no TLS yet, nothing can be said.
  const { secureConnecting = false } = socket as { readonly secureConnecting?: boolean };
  if (!socket.writable || secureConnecting || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, error: told } = toldOf(whatIsWrong(error));
  const body = JSON.stringify({ error: told });
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(ALWAYS).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function whatIsWrong({ code }: NodeJS.ErrnoException): HttpError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpError(431, 'headers-too-large', 'headers: expected at most 16384 bytes, got more');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpError(408, 'too-slow', 'expected the whole request sooner');
  return new HttpError(400, 'bad-request', `expected HTTP/1.1, got ${code ?? 'something else'}`);
}
