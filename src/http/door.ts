/** Requests on their way: who is let in, where each goes, what ends it, and how the door closes. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { send, sendError, sendFile, sendRaw } from './answer.ts';
import { discard, readBody } from './body.ts';
import { HttpError } from './error.ts';
import { streamEvents } from './event-stream.ts';
import type { Admitted, Gate } from './gate.ts';
import type { House } from './house.ts';
import type { PageFile } from './page.ts';
import type { Use } from './registry.ts';
import { type Answer, type Found, type Router, readQuery, type Shared } from './route.ts';

export interface DoorOptions {
  readonly server: Server;
  /** The device that paths without a name are of. */
  readonly house: House;
  readonly shared: Shared;
  /** Called when the door closes. */
  readonly closing: ReadonlySet<() => void>;
  readonly gate: Gate;
  readonly router: Router;
  /** The files of the door's own page by their paths; none without `ui`. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** Requests at once. */
  readonly most: number;
}

export class Door {
  readonly #server: Server;
  readonly #house: House;
  readonly #shared: Shared;
  readonly #closing: ReadonlySet<() => void>;
  readonly #gate: Gate;
  readonly #router: Router;
  readonly #page: ReadonlyMap<string, PageFile>;
  readonly #most: number;
  /** Requests under way, each with what aborts it. */
  readonly #under = new Map<Promise<void>, AbortController>();
  /** Connections, those that have not come to HTTP yet among them. */
  readonly #sockets = new Set<Socket>();
  /** What is to be done when a connection ends: Node does not tell answers that wait behind another one. */
  readonly #onClose = new WeakMap<Socket, Set<() => void>>();
  #closed: Promise<void> | undefined;

  constructor({ server, house, shared, closing, gate, router, page, most }: DoorOptions) {
    this.#server = server;
    this.#house = house;
    this.#shared = shared;
    this.#closing = closing;
    this.#gate = gate;
    this.#router = router;
    this.#page = page;
    this.#most = most;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => this.#take(request, response));
    server.on('clientError', (error, socket) => sendRaw(socket, error));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const abort = new AbortController();
    const { socket } = request;
    const gone = new Promise<void>((resolve) => {
      const listeners = this.#listenersOf(socket);
      const onGone = (): void => {
        if (!response.writableFinished) abort.abort(new DOMException('the client went away', 'AbortError'));
        listeners.delete(onGone);
        resolve();
      };
      response.once('close', onGone);
      listeners.add(onGone);
    });
    const busy = this.#under.size >= this.#most;
    let use: Use | undefined;
    const reach = (name: string): House => {
      use = this.#shared.registry.use(name, abort);
      return use.house;
    };
    const work = this.#answer(request, response, abort.signal, busy, reach)
      .then(() => gone)
      .then(() => use?.done());
    this.#under.set(work, abort);
    work.finally(() => this.#under.delete(work));
  }

  #listenersOf(socket: Socket): Set<() => void> {
    const known = this.#onClose.get(socket);
    if (known !== undefined) return known;
    const listeners = new Set<() => void>();
    this.#onClose.set(socket, listeners);
    socket.once('close', () => {
      for (const listener of [...listeners]) listener();
    });
    return listeners;
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
    busy: boolean,
    reach: (name: string) => House,
  ): Promise<void> {
    request.on('error', () => {});
    response.on('error', () => {});
    let page: Admitted | undefined;
    try {
      const { method = '', url = '' } = request;
      const [path = '', search = ''] = url.split(/\?(.*)/s, 2);
      const file = method === 'GET' ? this.#page.get(path) : undefined;
      if (this.#router.isOfBridge(path)) {
        page = this.#gate.admit(request);
        if (method === 'OPTIONS') return send(response, { status: 204 }, page.headers);
        this.#gate.checkBridge(request);
      } else {
        const open = this.#router.isOpen(method, path);
        this.#gate.check(request, file !== undefined ? 'page' : open ? 'open' : 'token');
      }
      if (this.#closed !== undefined) throw new HttpError(503, 'stopping', 'the door is closing');
      if (busy)
        throw new HttpError(503, 'busy', `expected at most ${this.#most} requests at once, got another`, {
          'retry-after': '1',
        });
      if (file !== undefined) {
        sendFile(response, file, this.#closed !== undefined);
        return;
      }
      const found = this.#router.find(method, path);
      const { right, named } = found.route;
      if (right !== undefined) this.#gate.checkRight(right);
      const house = named === true ? reach(found.params.name as string) : this.#house;
      const { stream, ...answer } = await this.#handled(found, search, request, house, signal, page?.origin);
      if (stream !== undefined) streamEvents(response, stream);
      else
        send(response, answer, {
          ...page?.headers,
          ...(this.#closed !== undefined && { connection: 'close' }),
        });
    } catch (error) {
      const canGoOn = await discard(request);
      sendError(response, error, !canGoOn || this.#closed !== undefined, page?.headers);
    }
  }

  async #handled(
    { route, params }: Found,
    search: string,
    request: IncomingMessage,
    house: House,
    signal: AbortSignal,
    page: string | undefined,
  ): Promise<Answer> {
    const query = readQuery(route, search);
    const body = await readBody(request, route);
    const lastEvent = request.headers['last-event-id'];
    return route.handle(house, {
      params,
      query,
      body,
      lastEvent: Array.isArray(lastEvent) ? lastEvent[0] : lastEvent,
      signal,
      shared: this.#shared,
      page,
    });
  }

  close(grace = 5000): Promise<void> {
    this.#closed ??= this.#close(grace);
    return this.#closed;
  }

  async #close(grace: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const callback of [...this.#closing]) callback();
    const ended = Promise.all(this.#under.keys()).then(() => true);
    if (!(await this.#within(grace, ended))) {
      const reason = new HttpError(503, 'stopping', 'the door has closed before this came to an end');
      for (const abort of this.#under.values()) abort.abort(reason);
      // What was aborted is told so; who does not even take that, is left.
      await this.#within(Math.min(grace, 1000), ended);
    }
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#house.close();
    this.#shared.registry.close();
    await this.#shared.fleet?.close();
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
