/** WebDriver BiDi over one connection, for `stuntkey attach`, which has no driver. */
import type { BidiConnection } from '../bidi/connection.ts';
import type { WebSocketClient } from './web-socket.ts';

interface Message {
  readonly id?: number | null;
  readonly type?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Listener = (parameters: never) => void;

export class OwnBidiConnection implements BidiConnection {
  readonly #socket: WebSocketClient;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<Listener>>();
  #last = 0;

  constructor(socket: WebSocketClient) {
    this.#socket = socket;
    socket.onText = (text) => this.#take(JSON.parse(text) as Message);
    void socket.closed.then(() => {
      for (const { reject } of this.#pending.values()) reject(new Error('the connection is closed'));
      this.#pending.clear();
    });
  }

  send(method: string, parameters: object): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.#socket.send(JSON.stringify({ id, method, params: parameters }));
      } catch (error) {
        this.#pending.delete(id);
        reject(error as Error);
      }
    });
  }

  on(event: string, listener: Listener): void {
    const some = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, some);
    some.add(listener);
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  #take({ id, method, params, result, error, message = '' }: Message): void {
    if (typeof id === 'number') {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(result);
      else pending?.reject(new Error(`${error}: ${message}`));
      return;
    }
    if (method === undefined) return;
    for (const listener of [...(this.#listeners.get(method) ?? [])]) listener(params as never);
  }
}
