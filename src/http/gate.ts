/**
 * Who is let in. The door is on loopback, where every page in a browser of this machine can reach it, too: by a name that it has
 * made to mean this machine (DNS rebinding), or across origins. So a request has to name the door by a loopback name, come from no
 * page, and know the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './error.ts';

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** @throws HttpError 421, 403, 401 or 400 */
export type Gate = (request: IncomingMessage) => void;

/** @param host what the door listens on */
export function gateFor(host: string, port: number, token: string): Gate {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', host.includes(':') ? `[${host}]` : host]);
  const hosts = new Set(
    [...names].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])),
  );
  const expected = sha256(token);
  return ({ headers, rawHeaders, url = '' }) => {
    const hostLines = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
    if (hostLines.length !== 1 || !hosts.has(headers.host?.toLowerCase() ?? ''))
      throw new HttpError(421, 'bad-host', `Host: expected ${[...hosts].join(' or ')}`);
    // Browsers say so of their own accord, and a page cannot keep them from it.
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
      throw new HttpError(403, 'from-a-page', 'expected no page of a browser, got a request by one');
    const [, given] = /^Bearer +([^\s]+)$/i.exec(headers.authorization ?? '') ?? [];
    // Hashes are of one length, and compared in a time that tells nothing of where they differ.
    if (given === undefined || !timingSafeEqual(sha256(given), expected)) {
      const got = headers.authorization === undefined ? 'none' : 'another';
      throw new HttpError(
        401,
        'bad-token',
        `Authorization: expected Bearer and the door's token, got ${got}`,
        {
          'www-authenticate': 'Bearer realm="stuntkey"',
        },
      );
    }
    if (!url.startsWith('/')) throw new HttpError(400, 'bad-path', 'expected a path that begins with /');
  };
}
