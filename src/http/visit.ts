/** A request under way: what ends it from outside. */
import type { Use } from './registry.ts';

/** Called when a request is to end. */
type Listener = () => void;

/**
 * It is listened to like an AbortSignal. Most requests are over before anything could end them, and a real signal costs each of them
 * its events. One is made where a route asks for it.
 */
export class Visit {
  /** Whether the answer is written. */
  answered = false;
  /** Whether the connection takes no more of it. */
  gone = false;
  /** The device with a name that it uses. */
  use: Use | undefined;
  aborted = false;
  reason: unknown;
  readonly #listeners = new Set<Listener>();
  #controller: AbortController | undefined;

  addEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** A real one. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.aborted) this.#controller.abort(this.reason);
    return this.#controller.signal;
  }

  /** The first reason counts. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of [...this.#listeners]) listener();
    this.#controller?.abort(reason);
  }
}
