/** The door: an HTTP server on loopback before a device, for test suites in any language. docs/http.md describes it for clients. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Authenticator } from '../authenticator/authenticator.ts';
import { base64url } from '../base/base64url.ts';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../crypto/random.ts';
import { ScriptedUser } from '../person/user.ts';
import { TransportError } from '../transport/errors.ts';
import { send, sendError, sendRaw } from './answer.ts';
import { discard, readBody } from './body.ts';
import { HttpError } from './error.ts';
import { type Gate, gateFor } from './gate.ts';
import { checkedOptions, type HttpOptions } from './options.ts';
import { findRoute, type House, type Route, readQuery } from './route.ts';
import { routesAt } from './routes/all.ts';
import { Traces } from './traces.ts';

/** A device that answers HTTP. */
export interface HttpServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly port: number;
  /** What every request has to bring, as `Authorization: Bearer …`. */
  readonly token: string;
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
 * @throws StuntkeyError `bad-options` that names the option, such as an address that is not loopback, or a token that is too short
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
export async function serveHttp(authenticator: Authenticator, given: HttpOptions = {}): Promise<HttpServer> {
  const options = checkedOptions(authenticator, given);
  const { port = 0, host = '127.0.0.1', requestTimeout = 10_000, maxConnections = 2048 } = options;
  const { clock = systemClock, traces = 100, fetch } = options;
  const token = options.token ?? base64url(systemRandom(32, 'http-token'));
  const user = authenticator.user instanceof ScriptedUser ? authenticator.user : undefined;
  const house: House = { authenticator, user, traces: new Traces(traces), clock, fetch };
  const server = createServer({
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: Math.max(10, Math.min(1000, requestTimeout / 4)),
    keepAliveTimeout: 5000,
    maxHeaderSize: 16 * 1024,
    // It is asked for with more than that (gate.ts).
    requireHostHeader: false,
  });
  server.maxConnections = maxConnections;
  await listen(server, port, host, maxConnections);
  const { port: taken } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  const door = new Door(server, house, gateFor(host, taken, token), routesAt(url), maxConnections);
  const close = (grace?: number): Promise<void> => door.close(grace);
  return { url, port: taken, token, close, [Symbol.asyncDispose]: () => close() };
}

function listen(server: Server, port: number, host: string, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      const message = `expected to listen on ${host}:${port}, got ${cause.message}`;
      reject(new TransportError('cannot-open', message, { cause }));
    };
    server.once('error', onError);
    try {
      server.listen({ port, host, backlog, exclusive: true }, () => {
        server.off('error', onError);
        resolve();
      });
    } catch (error) {
      onError(error as Error);
    }
  });
}

class Door {
  readonly #server: Server;
  readonly #house: House;
  readonly #gate: Gate;
  readonly #routes: readonly Route[];
  readonly #most: number;
  /** Requests under way, each with what aborts it. */
  readonly #under = new Map<Promise<void>, AbortController>();
  /** What is to be done when a connection ends: Node does not tell answers that wait behind another one. */
  readonly #onClose = new WeakMap<Socket, Set<() => void>>();
  #closed: Promise<void> | undefined;

  constructor(server: Server, house: House, gate: Gate, routes: readonly Route[], most: number) {
    this.#server = server;
    this.#house = house;
    this.#gate = gate;
    this.#routes = routes;
    this.#most = most;
    server.on('connection', (socket) => {
      const listeners = new Set<() => void>();
      this.#onClose.set(socket, listeners);
      socket.once('close', () => {
        for (const listener of [...listeners]) listener();
      });
    });
    server.on('request', (request, response) => this.#take(request, response));
    server.on('clientError', (error, socket) => sendRaw(socket, error));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const abort = new AbortController();
    const { socket } = request;
    const gone = new Promise<void>((resolve) => {
      const onGone = (): void => {
        if (!response.writableFinished) abort.abort(new DOMException('the client went away', 'AbortError'));
        this.#onClose.get(socket)?.delete(onGone);
        resolve();
      };
      response.once('close', onGone);
      this.#onClose.get(socket)?.add(onGone);
    });
    const busy = this.#under.size >= this.#most;
    const work = this.#answer(request, response, abort.signal, busy).then(() => gone);
    this.#under.set(work, abort);
    work.finally(() => this.#under.delete(work));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
    busy: boolean,
  ): Promise<void> {
    request.on('error', () => {});
    response.on('error', () => {});
    try {
      this.#gate(request);
      if (this.#closed !== undefined) throw new HttpError(503, 'stopping', 'the door is closing');
      if (busy)
        throw new HttpError(503, 'busy', `expected at most ${this.#most} requests at once, got another`, {
          'retry-after': '1',
        });
      const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
      const { route, params } = findRoute(this.#routes, request.method ?? '', path);
      const query = readQuery(route, search);
      const body = await readBody(request, route);
      const answer = await route.handle(this.#house, { params, query, body, signal });
      send(response, answer, this.#closed === undefined ? {} : { connection: 'close' });
    } catch (error) {
      const canGoOn = await discard(request);
      sendError(response, error, !canGoOn || this.#closed !== undefined);
    }
  }

  close(grace = 5000): Promise<void> {
    this.#closed ??= this.#close(grace);
    return this.#closed;
  }

  async #close(grace: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const ended = Promise.all(this.#under.keys()).then(() => true);
    if (!(await this.#within(grace, ended))) {
      const reason = new HttpError(503, 'stopping', 'the door has closed before this came to an end');
      for (const abort of this.#under.values()) abort.abort(reason);
      // What was aborted is told so; who does not even take that, is left.
      await this.#within(Math.min(grace, 1000), ended);
    }
    this.#server.closeAllConnections();
    await closed;
  }

  /** Whether something happens in so many milliseconds. */
  async #within(milliseconds: number, what: Promise<boolean>): Promise<boolean> {
    let stop = (): void => {};
    const late = new Promise<boolean>((resolve) => {
      stop = this.#house.clock.after(milliseconds, () => resolve(false));
    });
    const inTime = await Promise.race([what, late]);
    stop();
    return inTime;
  }
}
