/** A server of a few lines over node:http. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A text is HTML, anything else JSON; nothing is an answer without a body. */
export type Given = readonly [
  status: number,
  body?: unknown,
  headers?: Readonly<Record<string, string | readonly string[]>>,
];

export interface Everyday {
  /** How the audit reaches it. */
  describe(url: string): object;
  /** Throwing is a refusal. */
  handle(asked: Asked): Promise<Given>;
}

const LONGEST = 1_000_000;

/** @param make makes the server of a function that tells its origin */
export async function serve(make: (origin: () => string) => Everyday, closing: (() => unknown)[]) {
  let origin = '';
  const server = make(() => origin);
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const { method = 'GET', headers } = request;
    const asked = { method, path: pathname, query: searchParams, headers, cookies: cookiesOf(headers), body };
    let given: Given;
    try {
      given = body.length > LONGEST ? [413, { error: 'too long' }] : await server.handle(asked);
    } catch {
      given = [400, { error: 'bad request' }];
    }
    const [status, content, more = {}] = given;
    const type = typeof content === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, {
      ...(content !== undefined && { 'content-type': type }),
      ...(more as Record<string, string>),
    });
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    http.closeAllConnections();
    return new Promise((resolve) => http.close(resolve));
  });
  origin = `http://localhost:${(http.address() as AddressInfo).port}`;
  return server.describe(origin);
}

function cookiesOf({ cookie = '' }: IncomingHttpHeaders): Record<string, string> {
  const pairs = cookie.split(/; */).filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** A body that says that it is JSON, as a form of another site cannot. */
export function jsonOf({ headers, body }: Asked): Record<string, unknown> {
  if (body === '') return {};
  if (headers['content-type'] !== 'application/json') throw new Error('expected JSON');
  return JSON.parse(body) as Record<string, unknown>;
}

/** @throws for what is no text */
export function text(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Error('expected a text');
  return value;
}
