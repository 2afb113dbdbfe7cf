/**
 * Who is let in. A door on loopback can be reached by every page in a browser of this machine, and one beyond it by every page in a
 * browser that can reach it: by a name that the page has made to mean the door's address (DNS rebinding), or across origins. So a
 * request has to name the door by a name of the door's, come from no page but one of the door's own, and know the token.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './error.ts';

const sha256 = (text: string): Uint8Array => hash('sha256', text, 'buffer');

/** What a token may be good for beyond the rest: `keys`, to take private keys out; `audit`, to send requests to servers on the door's machine. */
export const tokenRights = ['keys', 'audit'] as const;
export type TokenRight = (typeof tokenRights)[number];

export interface GateOptions {
  /** Values of Host that are the door's, in lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly scheme: 'http' | 'https';
  readonly token: string;
  readonly rights: readonly TokenRight[];
  /** Whether pages that the door itself serves may ask. */
  readonly ui: boolean;
}

export interface Gate {
  /** @param open whether the path needs no token. @throws HttpError 421, 403, 401 or 400 */
  check(request: IncomingMessage, open: boolean): void;
  /** @throws HttpError 403 */
  checkRight(right: TokenRight): void;
}

export function gateFor({ hosts, scheme, token, rights, ui }: GateOptions): Gate {
  const expected = sha256(token);
  return {
    check({ headers, rawHeaders, url = '' }, open) {
      const hostLines = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
      const host = headers.host?.toLowerCase() ?? '';
      if (hostLines.length !== 1 || !hosts.has(host))
        throw new HttpError(421, 'bad-host', `Host: expected ${[...hosts].join(' or ')}`);
      checkPage(headers, ui ? `${scheme}://${host}` : undefined);
      if (!open) checkToken(headers.authorization, expected);
      if (!url.startsWith('/')) throw new HttpError(400, 'bad-path', 'expected a path that begins with /');
    },
    checkRight(right) {
      if (rights.includes(right)) return;
      throw new HttpError(
        403,
        'no-right',
        `expected a token with the right ${right}, got one without: open the door with --token-rights ${right} (tokenRights: ['${right}'])`,
      );
    },
  };
}

/**
 * Browsers say of their own accord that a page asks, and a page cannot keep them from it.
 *
 * @param own the origin whose pages may ask; undefined where none may
 */
function checkPage(headers: IncomingMessage['headers'], own: string | undefined): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined && site === undefined) return;
  // (To its own origin a page sends no Origin with GET.)
  if (own !== undefined && site === 'same-origin' && (origin === undefined || origin === own)) return;
  const from = own === undefined ? 'no page of a browser' : `no page but one at ${own}`;
  throw new HttpError(403, 'from-a-page', `expected ${from}, got a request by one`);
}

function checkToken(authorization: string | undefined, expected: Uint8Array): void {
  const [, given] = /^Bearer +([^\s]+)$/i.exec(authorization ?? '') ?? [];
  // Hashes are of one length, and compared in a time that tells nothing of where they differ.
  if (given !== undefined && timingSafeEqual(sha256(given), expected)) return;
  const got = authorization === undefined ? 'none' : given === undefined ? 'no Bearer' : 'another';
  throw new HttpError(401, 'bad-token', `Authorization: expected Bearer and the door's token, got ${got}`, {
    'www-authenticate': 'Bearer realm="stuntkey"',
  });
}
