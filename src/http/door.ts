/** Requests on their way: who is let in, where each goes, what ends it, and how the door closes. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { send, sendError, sendFile, sendRaw } from './answer.ts';
import { bodyOf, discard, readBytes } from './body.ts';
import { HttpError } from './error.ts';
import { streamEvents } from './event-stream.ts';
import type { Admitted, Gate } from './gate.ts';
import type { House } from './house.ts';
import type { PageFile } from './page.ts';
import type { Use } from './registry.ts';
import { LONGEST_BODY, type Router, readQuery, type Shared } from './route.ts';
import { Visit } from './visit.ts';

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
  /** Requests under way. */
  readonly #under = new Set<Visit>();
  /** Called when the last of them is over. */
  #onEmpty = (): void => {};
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
    const visit = new Visit();
    const busy = this.#under.size >= this.#most;
    this.#under.add(visit);
    const listeners = this.#listenersOf(request.socket);
    const onGone = (): void => {
      if (!response.writableFinished) visit.abort(new DOMException('the client went away', 'AbortError'));
      listeners.delete(onGone);
      visit.gone = true;
      this.#leave(visit);
    };
    response.on('close', onGone);
    listeners.add(onGone);
    void this.#answer(request, response, visit, busy);
  }

  /** A request is over when it is answered, and its connection takes no more of it. */
  #leave(visit: Visit): void {
    if (!visit.gone || !visit.answered || !this.#under.delete(visit)) return;
    visit.use?.done();
    if (this.#under.size === 0) this.#onEmpty();
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
    visit: Visit,
    busy: boolean,
  ): Promise<void> {
    request.on('error', () => {});
    response.on('error', () => {});
    let page: Admitted | undefined;
    try {
      const { method = '', url = '' } = request;
      const mark = url.indexOf('?');
      const path = mark < 0 ? url : url.slice(0, mark);
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
      const { route, params } = this.#router.find(method, path);
      if (route.right !== undefined) this.#gate.checkRight(route.right);
      const house = route.named === true ? this.#reach(params.name as string, visit) : this.#house;
      const query = readQuery(route, mark < 0 ? '' : url.slice(mark + 1));
      const body = bodyOf(await readBytes(request, route.longestBody ?? LONGEST_BODY), request, route);
      const lastEvent = request.headers['last-event-id'];
      const answering = route.handle(house, {
        params,
        query,
        body,
        lastEvent: Array.isArray(lastEvent) ? lastEvent[0] : lastEvent,
        visit,
        shared: this.#shared,
        page: page?.origin,
      });
      const answer = answering instanceof Promise ? await answering : answering;
      if (answer.stream !== undefined) streamEvents(response, answer.stream);
      else
        send(
          response,
          answer,
          this.#closed === undefined ? page?.headers : { ...page?.headers, connection: 'close' },
        );
    } catch (error) {
      const canGoOn = await discard(request);
      sendError(response, error, !canGoOn || this.#closed !== undefined, page?.headers);
    } finally {
      visit.answered = true;
      this.#leave(visit);
    }
  }

  /** A device with a name, which is in use until the request is over. */
  #reach(name: string, visit: Visit): House {
    const use: Use = this.#shared.registry.use(name, visit);
    visit.use = use;
    return use.house;
  }

  close(grace = 5000): Promise<void> {
    this.#closed ??= this.#close(grace);
    return this.#closed;
  }

  async #close(grace: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const callback of [...this.#closing]) callback();
    const ended = new Promise<true>((resolve) => {
      this.#onEmpty = () => resolve(true);
      if (this.#under.size === 0) resolve(true);
    });
    if (!(await this.#within(grace, ended))) {
      const reason = new HttpError(503, 'stopping', 'the door has closed before this came to an end');
      for (const visit of [...this.#under]) visit.abort(reason);
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
