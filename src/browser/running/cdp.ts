/** The Chrome DevTools Protocol over one connection, with flat sessions, for `stuntkey attach`, which has no driver. */
import type { CdpEvent, CdpSession } from '../cdp-session.ts';
import type { WebSocketClient } from './web-socket.ts';

interface Pending {
  readonly session: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: CdpEvent;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The connection itself is a session, too: that without a name. */
const ROOT = '';

type Listener = (event: never) => void;

export class CdpConnection {
  readonly #socket: WebSocketClient;
  readonly #pending = new Map<number, Pending>();
  readonly #sessions = new Map<string, Session>();
  readonly #enders = new Set<() => void>();
  #last = 0;

  constructor(socket: WebSocketClient) {
    this.#socket = socket;
    socket.onText = (text) => this.#take(JSON.parse(text) as Message);
    void socket.closed.then(() => this.#failAll());
  }

  /** A session at the browser itself. */
  async openRoot(): Promise<CdpSession> {
    const told = (await this.send(ROOT, 'Target.attachToBrowserTarget')) as { readonly sessionId: string };
    return this.#session(told.sessionId);
  }

  send(session: string, method: string, parameters: object = {}): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { session, resolve, reject });
      const params = Object.keys(parameters).length > 0 && { params: parameters };
      try {
        this.#socket.send(
          JSON.stringify({ id, method, ...params, ...(session !== ROOT && { sessionId: session }) }),
        );
      } catch (error) {
        this.#pending.delete(id);
        reject(error as Error);
      }
    });
  }

  session(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  onSessionEnd(listener: () => void): () => void {
    this.#enders.add(listener);
    return () => this.#enders.delete(listener);
  }

  #session(id: string): Session {
    const session = this.#sessions.get(id) ?? new Session(this, id);
    this.#sessions.set(id, session);
    return session;
  }

  #take({ id, sessionId = ROOT, method, params = {}, result, error }: Message): void {
    if (id !== undefined) {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(result);
      else pending?.reject(new Error(error.message));
      return;
    }
    if (method === undefined) return;
    const { sessionId: other } = params as { readonly sessionId?: string };
    if (method === 'Target.attachedToTarget' && other !== undefined) this.#session(other);
    this.#sessions.get(sessionId)?.emit(method, params);
    if (method === 'Target.detachedFromTarget' && other !== undefined) this.#end(other);
  }

  #end(session: string): void {
    if (!this.#sessions.delete(session)) return;
    this.#fail((pending) => pending.session === session, 'the session is closed');
    for (const listener of [...this.#enders]) listener();
  }

  #failAll(): void {
    this.#sessions.clear();
    this.#fail(() => true, 'the connection is closed');
  }

  #fail(which: (pending: Pending) => boolean, message: string): void {
    for (const [id, pending] of [...this.#pending]) {
      if (!which(pending)) continue;
      this.#pending.delete(id);
      pending.reject(new Error(message));
    }
  }
}

class Session implements CdpSession {
  readonly #connection: CdpConnection;
  readonly #id: string;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(connection: CdpConnection, id: string) {
    this.#connection = connection;
    this.#id = id;
  }

  async send(method: string, parameters?: object): Promise<unknown> {
    if (this.#connection.session(this.#id) !== this) throw new Error('the session is closed');
    return this.#connection.send(this.#id, method, parameters);
  }

  on(event: string, listener: Listener): void {
    const some = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, some);
    some.add(listener);
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, parameters: CdpEvent): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(parameters as never);
  }

  child(sessionId: string): CdpSession | undefined {
    return this.#connection.session(sessionId);
  }

  async detach(): Promise<void> {
    if (this.#connection.session(this.#id) !== this) throw new Error('the session is closed');
    await this.#connection.send(ROOT, 'Target.detachFromTarget', { sessionId: this.#id });
  }

  onSessionEnd(listener: () => void): () => void {
    return this.#connection.onSessionEnd(listener);
  }
}
