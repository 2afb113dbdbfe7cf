/** A strict server over HTTP behind a proxy, which may answer itself: servers with habits, good and bad. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { conformanceApi } from '../../examples/strict-server/http.js';
import { StrictServer, type StrictServerOptions } from '../../examples/strict-server/strict-server.js';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Which request of the server's it is, from 1. */
  readonly number: number;
}

export interface Given {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Whether the connection is dropped: before the answer, or behind it. */
  readonly drop?: 'instead' | 'after';
}

/** Passes a request on, another body or other headers included. */
type Next = (changed?: Partial<Pick<Asked, 'url' | 'body' | 'headers'>>) => Promise<Given>;

/** What comes to a request; undefined never answers. */
export type Habit = (asked: Asked, next: Next) => Promise<Given | undefined>;

/** @returns its URL, which is its origin */
export async function behind(
  habit: Habit,
  closing: (() => unknown)[],
  options: Pick<StrictServerOptions, 'weak' | 'now' | 'challengeLifetime'> = {},
): Promise<string> {
  let api: ReturnType<typeof conformanceApi>;
  let number = 0;
  const server = createServer(async (request, response) => {
    number += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked: Asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      body: Buffer.concat(chunks).toString(),
      headers: request.headers,
      number,
    };
    const given = await habit(asked, async (changed = {}) => passedOn(api, { ...asked, ...changed }));
    if (given === undefined) return;
    if (given.drop === 'instead') {
      request.socket.destroy();
      return;
    }
    response.writeHead(given.status, { 'content-type': 'application/json', ...(given.headers as object) });
    response.end(given.body, () => {
      if (given.drop === 'after') request.socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const strict = new StrictServer({ rpId: 'localhost', origins: [origin], ...options });
  api = conformanceApi(strict);
  return origin;
}

async function passedOn(
  api: ReturnType<typeof conformanceApi>,
  { method, url, body, headers }: Asked,
): Promise<Given> {
  const request = Object.assign(Readable.from([Buffer.from(body)]), { method, url, headers });
  let status = 404;
  let sent: Record<string, string> = {};
  let text = '{"status":"failed","errorMessage":"not found"}';
  const response = {
    writeHead(code: number, given: Record<string, string>) {
      status = code;
      sent = given;
    },
    end(given: string) {
      text = given;
    },
  };
  await api(request as never, response as never);
  return { status, body: text, headers: sent };
}
