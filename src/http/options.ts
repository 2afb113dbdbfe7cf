/** What the door is opened with. */
import { isIP, isIPv4 } from 'node:net';
import type { FaultyAuthenticator } from '../audit/forge/faulty.ts';
import type { Authenticator } from '../authenticator/authenticator.ts';
import { type Clock, clockShape, LONGEST_TIMER } from '../base/clock.ts';
import {
  bytes,
  callable,
  check,
  either,
  exactly,
  flag,
  having,
  listOf,
  maybe,
  oneOf,
  type Shape,
  such,
  text,
  whole,
} from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { parseOrigin } from '../webauthn/origin.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import { type FleetDoorOptions, fleetDoorShape } from './fleet-options.ts';
import { type TokenRight, tokenRights } from './gate.ts';

/** Where the HTTP door listens, who may come in, and which device is behind it. */
export interface HttpOptions {
  /** Default: 0, which takes a free one. */
  readonly port?: number;
  /** An IP address, or `localhost`. One beyond loopback needs `allowHosts`, and `tls` or `insecureNetwork`. Default: 127.0.0.1. */
  readonly host?: string;
  /** The path of a Unix socket to listen on, instead of a port. It is its owner's alone. */
  readonly socket?: string;
  /** Names (`ci.example`, `192.0.2.7`, `[2001:db8::7]`) by which requests may name the door, with a port where that is another than its own. Default: loopback's. */
  readonly allowHosts?: readonly string[];
  /** A certificate and its key, in PEM: the door then speaks HTTPS, TLS 1.2 or later. */
  readonly tls?: { readonly cert: string | Uint8Array; readonly key: string | Uint8Array };
  /** Whether the token and everything else may go over a network in the clear. Default: false. */
  readonly insecureNetwork?: boolean;
  /** What requests have to know: 16 characters or more of `A-Z a-z 0-9 - . _ ~ + /`. Default: 32 random bytes in base64url. */
  readonly token?: string;
  /** What the token is good for beyond the rest: `keys`, to take private keys out (exports); `audit`, to send the audit's requests to servers on this machine. Default: nothing. */
  readonly tokenRights?: readonly TokenRight[];
  /**
   * Whether the door serves a page that shows the device and its ceremonies (docs/inspector.md), and lets that page ask, at the door's own origin. On
   * loopback, or with `tls`. Default: false.
   */
  readonly ui?: boolean;
  /** Origins whose pages may ask the bridge (`/page/…`), such as `http://localhost:3000`: create, get, signals and capabilities, and nothing else. Default: none. */
  readonly allowOrigins?: readonly string[];
  /** What those pages have to know, as long as `token`, and another. Default: 32 random bytes in base64url. */
  readonly bridgeToken?: string;
  /** How long a client may take to send a request, in milliseconds; what the device does with it may take longer. Default: 10000. */
  readonly requestTimeout?: number;
  /** Connections at once, and requests at once; more are turned away. Default: 2048. */
  readonly maxConnections?: number;
  /** Ceremonies that `/traces` remembers; of a named authenticator at most 20. Default: 100; 10000 with `ui`. */
  readonly traces?: number;
  /** Events that `/events` remembers for readers who were away, for each authenticator. Default: 1000. */
  readonly events?: number;
  /** Named authenticators at once. Default: 1000. */
  readonly maxAuthenticators?: number;
  /** Milliseconds after which a named authenticator that nothing uses is forgotten. Default: 1800000, half an hour. */
  readonly authenticatorIdle?: number;
  /** People who sign in by number. Default: there are none. */
  readonly fleet?: FleetDoorOptions;
  /** How other sites are asked whether they are related to a page's. Default: they are not asked, and are not. */
  readonly fetch?: Fetch;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const pem = either(
  text({ least: 1, secret: true, what: 'PEM' }),
  bytes(1, Number.POSITIVE_INFINITY),
  'PEM, as a text or bytes',
  'secret',
);

const token = text({
  pattern: /^[\w.~+/-]{16,512}$/,
  what: '16 to 512 characters of A-Z a-z 0-9 - . _ ~ + /',
  secret: true,
});

const shape: Shape<HttpOptions> = exactly(
  {
    port: maybe(whole(0, 0xffff)),
    host: maybe(such(text(), isAddress, 'an IP address such as 127.0.0.1, ::1 or 0.0.0.0, or localhost')),
    // (Linux takes 107 bytes.)
    socket: maybe(text({ least: 1, most: 100, what: 'a path of 1 to 100 characters' })),
    allowHosts: maybe(
      listOf(
        text({ pattern: HOST, what: 'a host name or an IP address, with a port or without' }),
        'an array of host names',
      ),
    ),
    tls: maybe(exactly({ cert: pem, key: pem }, 'a certificate and its key in PEM: { cert, key }')),
    insecureNetwork: maybe(flag),
    token: maybe(token),
    tokenRights: maybe(listOf(oneOf(tokenRights), 'an array of rights')),
    ui: maybe(flag),
    allowOrigins: maybe(
      listOf(
        such(
          text(),
          isListable,
          'an origin as browsers write it, such as http://localhost:3000 or https://example.com: https, or http on this machine, without a path, and no wildcard',
        ),
        'an array of origins',
        1,
      ),
    ),
    bridgeToken: maybe(token),
    requestTimeout: maybe(whole(1, LONGEST_TIMER)),
    maxConnections: maybe(whole(1)),
    traces: maybe(whole(0)),
    events: maybe(whole(0, 1_000_000)),
    maxAuthenticators: maybe(whole(0)),
    authenticatorIdle: maybe(whole(1, LONGEST_TIMER)),
    fleet: maybe(fleetDoorShape),
    fetch: maybe(callable<Fetch>('a function such as fetch')),
    clock: maybe(clockShape),
  },
  'options, such as { port: 8100 }',
);

const device = having<Authenticator>('an authenticator, such as new Authenticator()', 'transact');

function isAddress(host: string): boolean {
  return host === 'localhost' || isIP(host) !== 0;
}

/** Whether pages of that origin have WebAuthn, and their browsers write it so. */
function isListable(given: string): boolean {
  try {
    const { serialized, opaque, trustworthy, app } = parseOrigin(given);
    return serialized === given && trustworthy && !opaque && app === undefined && !given.includes('*');
  } catch {
    return false;
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(
  authenticator: Authenticator | FaultyAuthenticator,
  given: HttpOptions,
): HttpOptions {
  check(device, authenticator, 'bad-options', 'authenticator');
  const options = check(shape, given, 'bad-options');
  checkReach(options);
  if (options.bridgeToken !== undefined && options.allowOrigins === undefined)
    refuse('bridgeToken: expected allowOrigins beside it, with the origins of the pages that use it');
  if (options.bridgeToken !== undefined && options.bridgeToken === options.token)
    refuse('bridgeToken: expected another one than token, since pages have it');
  return options;
}

function refuse(message: string): never {
  throw new StuntkeyError('bad-options', message);
}

/** What leaves this machine has to be asked for twice. */
function checkReach({
  host = '127.0.0.1',
  port,
  socket,
  allowHosts = [],
  tls,
  insecureNetwork,
  ui = false,
}: HttpOptions): void {
  if (socket !== undefined) {
    if (ui) refuse('ui: expected a port, which a browser can reach, got a socket');
    if (port !== undefined || tls !== undefined) refuse('socket: expected neither port nor tls beside it');
    return;
  }
  if (isLoopback(host)) return;
  // Browsers say where a request is from only to loopback and over TLS (https://www.w3.org/TR/fetch-metadata/).
  if (ui && tls === undefined)
    refuse(
      `ui: expected a loopback address, or tls with a certificate and its key, got ${host} in the clear`,
    );
  if (allowHosts.length === 0)
    refuse(
      `host: expected a loopback address, or allowHosts with the names that clients use for this machine, got ${host} alone`,
    );
  if (tls === undefined && insecureNetwork !== true)
    refuse(
      `host: expected tls with a certificate and its key beside an address beyond loopback, got ${host} without: the token would go over the network in the clear, which insecureNetwork: true allows`,
    );
}
