/** A light AbortController: the signal of Node's is an event target, and takes a page's ceremony longer than its client data. */

/** The part of an AbortSignal that a ceremony uses. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** An AbortController and its signal in one. Its listeners are called once. */
export class Canceler implements CancelSignal {
  readonly #listeners = new Set<() => void>();
  /** Made with the abort, for its reason. */
  #signal: AbortSignal | undefined;

  get aborted(): boolean {
    return this.#signal !== undefined;
  }

  get reason(): unknown {
    return this.#signal?.reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    this.#signal ??= AbortSignal.abort();
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
