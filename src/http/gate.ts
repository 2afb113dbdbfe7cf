/**
 * Who is let in. A door on loopback can be reached by every page in a browser of this machine, and one beyond it by every page in a
 * browser that can reach it: by a name that the page has made to mean the door's address (DNS rebinding), or across origins. So a
 * request has to name the door by a name of the door's, come from no page but one of the door's own, and know the token.
 *
 * Pages of other origins have paths of their own (`/page/…`), where they are listed, with a token of their own.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './error.ts';

const sha256 = (text: string): Uint8Array => hash('sha256', text, 'buffer');

/** What a token may be good for beyond the rest: `keys`, to take private keys out; `audit`, to send requests to servers on the door's machine. */
export const tokenRights = ['keys', 'audit'] as const;
/** What a token may be good for: private keys, or an audit. */
export type TokenRight = (typeof tokenRights)[number];

export interface GateOptions {
  /** Values of Host that are the door's, in lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly scheme: 'http' | 'https';
  readonly token: string;
  readonly rights: readonly TokenRight[];
  /** Whether pages that the door itself serves may ask. */
  readonly ui: boolean;
  /** What pages of other origins need. */
  readonly bridge?: { readonly token: string; readonly origins: readonly string[] } | undefined;
}

/** A page that is let in. */
export interface Admitted {
  /** As its browser says it: no page can say another. */
  readonly origin: string;
  /** By which its browser lets it read the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is asked for: a file of the page, which a person may open, and which needs no token; a path that needs none; all the rest. */
type Entrance = 'page' | 'open' | 'token';

export interface Gate {
  /** @throws HttpError 421, 403, 401 or 400 */
  check(request: IncomingMessage, entrance: Entrance): void;
  /** Lets a page of another origin in, to the bridge's paths. @throws HttpError 421 or 403 */
  admit(request: IncomingMessage): Admitted;
  /** Of a page that was let in. @throws HttpError 401 */
  checkBridge(request: IncomingMessage): void;
  /** @throws HttpError 403 */
  checkRight(right: TokenRight): void;
}

export function gateFor({ hosts, scheme, token, rights, ui, bridge }: GateOptions): Gate {
  const expected = sha256(token);
  const ofBridge = bridge && sha256(bridge.token);
  const checkHost = ({ headers, rawHeaders }: IncomingMessage): string => {
    let lines = 0;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string;
      if (name.length === 4 && name.toLowerCase() === 'host') lines++;
    }
    const host = headers.host?.toLowerCase() ?? '';
    if (lines !== 1 || !hosts.has(host))
      throw new HttpError(421, 'bad-host', `Host: expected ${[...hosts].join(' or ')}`);
    return host;
  };
  return {
    check(request, entrance) {
      const host = checkHost(request);
      const { headers, url = '' } = request;
      if (entrance !== 'page' || !isOpened(headers))
        checkPage(headers, ui ? `${scheme}://${host}` : undefined);
      if (entrance === 'token') checkToken(headers.authorization, expected, "the door's token", ofBridge);
      if (!url.startsWith('/')) throw new HttpError(400, 'bad-path', 'expected a path that begins with /');
    },
    admit(request) {
      checkHost(request);
      return admitted(request, bridge?.origins ?? []);
    },
    checkBridge({ headers }) {
      checkToken(headers.authorization, ofBridge ?? expected, "the bridge's token");
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
 * Whether a browser opens the address in a tab, for a person who typed it, or followed it from a terminal. Where the link was does not
 * matter, because the page's files hold no secret, and a page elsewhere cannot look into the tab.
 */
function isOpened(headers: IncomingMessage['headers']): boolean {
  return (
    headers.origin === undefined &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
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

/** @throws HttpError 403 unless it is a page of a listed origin, and, before its request, a question for what it will send */
function admitted({ headers, method }: IncomingMessage, origins: readonly string[]): Admitted {
  const { origin } = headers;
  if (origin === undefined)
    throw new HttpError(
      403,
      'not-a-page',
      'Origin: expected what browsers send with the request of a page, got none: programs ask /create and /get',
    );
  if (!origins.includes(origin))
    throw new HttpError(
      403,
      'origin-not-listed',
      `Origin: expected ${origins.join(' or ') || 'none, as no origin is listed'}, got ${origin.slice(0, 200)}: list it with --allow-origin (allowOrigins)`,
    );
  const preflight = method === 'OPTIONS';
  return {
    origin,
    headers: {
      'access-control-allow-origin': origin,
      vary: 'origin',
      ...(preflight && {
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': '600',
      }),
      // A page of a site beyond this machine asks to reach it (https://wicg.github.io/private-network-access/).
      ...(headers['access-control-request-private-network'] !== undefined && {
        'access-control-allow-private-network': 'true',
      }),
    },
  };
}

/**
 * @param wanted which token, in words
 * @param other a token that is good for something else
 */
function checkToken(
  authorization: string | undefined,
  expected: Uint8Array,
  wanted: string,
  other?: Uint8Array,
): void {
  const [, given] = /^Bearer +([^\s]+)$/i.exec(authorization ?? '') ?? [];
  // Hashes are of one length, and compared in a time that tells nothing of where they differ.
  const hashed = given === undefined ? undefined : sha256(given);
  if (hashed !== undefined && timingSafeEqual(hashed, expected)) return;
  const isOther = hashed !== undefined && other !== undefined && timingSafeEqual(hashed, other);
  const got =
    authorization === undefined
      ? 'none'
      : given === undefined
        ? 'no Bearer'
        : isOther
          ? "the bridge's, which is good for pages at /page/… alone"
          : 'another';
  throw new HttpError(401, 'bad-token', `Authorization: expected Bearer and ${wanted}, got ${got}`, {
    'www-authenticate': 'Bearer realm="stuntkey"',
  });
}
