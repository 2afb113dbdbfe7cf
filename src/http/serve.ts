/** The door: an HTTP server before a device, for test suites in any language. docs/http.md describes it for clients. */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FaultyAuthenticator } from '../audit/forge/faulty.ts';
import type { Authenticator } from '../authenticator/authenticator.ts';
import { base64url } from '../base/base64url.ts';
import { systemClock } from '../base/clock.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { systemRandom } from '../crypto/random.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import { Door } from './door.ts';
import { furnisher } from './furnish.ts';
import { gateFor } from './gate.ts';
import { House } from './house.ts';
import { listen, namesOf } from './listen.ts';
import { checkedOptions, type HttpOptions } from './options.ts';
import { builtPage, type PageFile, pageAddress } from './page.ts';
import { Registry } from './registry.ts';
import { Router, type Shared } from './route.ts';
import { routesAt } from './routes/all.ts';
import type { CeremonySource } from './traces.ts';

/** A device that answers HTTP. */
export interface HttpServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:49152`. Of a Unix socket, what requests over it ask for: `http://localhost`. */
  readonly url: string;
  /** 0 for a Unix socket. */
  readonly port: number;
  /** The path of the Unix socket, where that is what it listens on. */
  readonly socket?: string;
  /** What every request has to bring, as `Authorization: Bearer …`. */
  readonly token: string;
  /** What pages of the origins in `allowOrigins` have to bring instead, where there are some. */
  readonly bridgeToken?: string;
  /** The address of the page of a door with `ui`, the token in its fragment: to be opened in a browser, and shown to no one else. */
  readonly page?: string;
  /**
   * Keeps a ceremony that the device had elsewhere: `/traces` and `/events` tell of it, too.
   *
   * @param source where it was. Default: `node`
   */
  tell(ceremony: CeremonyRecord, source?: CeremonySource): void;
  /**
   * Takes no more, finishes what is under way, and stops; what has not ended after the grace is aborted. The device itself can be used
   * on. Calling it again does nothing.
   *
   * @param grace milliseconds. Default: 5000
   */
  close(grace?: number): Promise<void>;
}

/**
 * Opens the door.
 *
 * @param device an authenticator, or a faulty one, whose faults `/faults/next` then queues
 * @throws StuntkeyError `bad-options` that names the option, such as an address beyond loopback without what that takes, or a token that
 *   is too short
 * @throws TransportError `cannot-open` when the port is taken
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { serveHttp } from 'stuntkey/http';
 * const server = await serveHttp(new Authenticator());
 * const headers = { authorization: `Bearer ${server.token}` };
 * const response = await fetch(`${server.url}/info`, { headers });
 * console.log((await response.json()).name); // stuntkey
 * await server.close();
 * ```
 */
export async function serveHttp(
  device: Authenticator | FaultyAuthenticator,
  given: HttpOptions = {},
): Promise<HttpServer> {
  const options = checkedOptions(device, given);
  const { requestTimeout = 10_000, maxConnections = 2048, tokenRights = [], ui = false } = options;
  const { clock = systemClock, traces = ui ? 10_000 : 100, events = 1000, fetch } = options;
  const { maxAuthenticators = 1000, authenticatorIdle = 30 * 60_000 } = options;
  const token = options.token ?? base64url(systemRandom(32, 'http-token'));
  const { allowOrigins, bridgeToken: givenBridge } = options;
  const bridge = allowOrigins && {
    origins: allowOrigins,
    token: givenBridge ?? base64url(systemRandom(32, 'http-bridge-token')),
  };
  const faulty = 'next' in device ? device : undefined;
  const authenticator = 'next' in device ? device.authenticator : device;
  // What can be wrong about the options is, before anything is open.
  const page = ui ? builtPage() : new Map<string, PageFile>();
  const fleet = options.fleet && new (await import('./fleet.ts')).FleetDoor(options.fleet, clock);
  const server = serverFor(options, requestTimeout);
  server.maxConnections = maxConnections;
  await listen(server, options, maxConnections);
  const { socket } = options;
  const port = socket === undefined ? (server.address() as AddressInfo).port : 0;
  const { url, scheme, hosts } = namesOf(options, port);
  const house = new House({ authenticator, faulty, clock, fetch, traces, events });
  const registry = new Registry({
    most: maxAuthenticators,
    idle: authenticatorIdle,
    clock,
    changed: (change, name) => house.events.add('authenticators', { change, name }),
  });
  const closing = new Set<() => void>();
  const shared: Shared = {
    registry,
    rights: tokenRights,
    furnish: furnisher({ clock, fetch, traces, events }),
    fleet,
    whenClosing(callback) {
      closing.add(callback);
      return () => closing.delete(callback);
    },
  };
  const door = new Door({
    server,
    house,
    shared,
    closing,
    gate: gateFor({ hosts, scheme, token, rights: tokenRights, ui, bridge }),
    router: new Router(routesAt(url)),
    page,
    most: maxConnections,
  });
  const close = (grace?: number): Promise<void> => door.close(grace);
  return {
    url,
    port,
    ...(socket !== undefined && { socket }),
    token,
    ...(bridge && { bridgeToken: bridge.token }),
    ...(ui && { page: pageAddress(url, token) }),
    tell: (ceremony, source = 'node') => void house.ended(ceremony, source),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** @throws StuntkeyError `bad-options` for a certificate and a key that are none */
function serverFor({ tls }: HttpOptions, requestTimeout: number): Server {
  const limits = {
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: Math.max(10, Math.min(1000, requestTimeout / 4)),
    keepAliveTimeout: 5000,
    maxHeaderSize: 16 * 1024,
    // It is asked for with more than that (gate.ts).
    requireHostHeader: false,
  };
  if (tls === undefined) return createServer(limits);
  try {
    const { cert, key } = tls as { cert: string | Buffer; key: string | Buffer };
    return createTlsServer({ ...limits, cert, key, minVersion: 'TLSv1.2', handshakeTimeout: requestTimeout });
  } catch (cause) {
    const { message } = cause as Error;
    throw new StuntkeyError('bad-options', `tls: expected a certificate and its key in PEM: ${message}`, {
      cause,
    });
  }
}
