/** What the door is opened with. */
import { isIPv4 } from 'node:net';
import type { Authenticator } from '../authenticator/authenticator.ts';
import { type Clock, clockShape, LONGEST_TIMER } from '../base/clock.ts';
import { callable, check, exactly, having, maybe, type Shape, such, text, whole } from '../base/shape.ts';
import type { Fetch } from '../webauthn/related-origins.ts';

export interface HttpOptions {
  /** Default: 0, which takes a free one. */
  readonly port?: number;
  /** A loopback address, or `localhost`. Default: 127.0.0.1. */
  readonly host?: string;
  /** What requests have to know: 16 characters or more of `A-Z a-z 0-9 - . _ ~ + /`. Default: 32 random bytes in base64url. */
  readonly token?: string;
  /** How long a client may take to send a request, in milliseconds; what the device does with it may take longer. Default: 10000. */
  readonly requestTimeout?: number;
  /** Connections at once, and requests at once; more are turned away. Default: 2048. */
  readonly maxConnections?: number;
  /** Ceremonies that `/trace` remembers. Default: 100. */
  readonly traces?: number;
  /** How other sites are asked whether they are related to a page's. Default: they are not asked, and are not. */
  readonly fetch?: Fetch;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

const shape: Shape<HttpOptions> = exactly({
  port: maybe(whole(0, 0xffff)),
  host: maybe(such(text(), isLoopback, 'a loopback address, such as 127.0.0.1, ::1 or localhost')),
  token: maybe(
    text({
      pattern: /^[\w.~+/-]{16,512}$/,
      what: '16 to 512 characters of A-Z a-z 0-9 - . _ ~ + /',
      secret: true,
    }),
  ),
  requestTimeout: maybe(whole(1, LONGEST_TIMER)),
  maxConnections: maybe(whole(1)),
  traces: maybe(whole(0)),
  fetch: maybe(callable<Fetch>('a function such as fetch')),
  clock: maybe(clockShape),
});

const device = having<Authenticator>('an authenticator, such as new Authenticator()', 'transact', 'reset');

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(authenticator: unknown, given: HttpOptions): HttpOptions {
  check(device, authenticator, 'bad-options', 'authenticator');
  return check(shape, given, 'bad-options');
}
