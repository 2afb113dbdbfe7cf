/** How fast an audit goes, and how long it waits. */
import type { Clock } from '../../base/clock.ts';
import type { Answer } from '../targets/target.ts';

export interface LimitOptions {
  readonly clock: Clock;
  /** Ceremonies that begin in a second. */
  readonly rate: number;
  /** Milliseconds for one ceremony. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

export class Limits {
  readonly #options: LimitOptions;
  #next = Number.NEGATIVE_INFINITY;

  constructor(options: LimitOptions) {
    this.#options = options;
  }

  /** Whether the audit was ended. */
  get aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** One ceremony, when its turn has come; given up when it takes too long. @throws the audit's abort reason */
  async during(ceremony: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    await this.#turn();
    const { clock, timeout, signal } = this.#options;
    signal?.throwIfAborted();
    const ending = new AbortController();
    const abort = (): void => ending.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    let stop = (): void => {};
    const given = new Promise<Answer>((resolve, reject) => {
      stop = clock.after(timeout, () => {
        resolve({ kind: 'error', message: `expected an answer within ${timeout} ms, got none` });
        ending.abort();
      });
      ending.signal.addEventListener('abort', () => {
        if (signal?.aborted) reject(signal.reason);
      });
    });
    try {
      return await Promise.race([ceremony(ending.signal), given]);
    } finally {
      stop();
      signal?.removeEventListener('abort', abort);
    }
  }

  async #turn(): Promise<void> {
    const { clock, rate, signal } = this.#options;
    if (!Number.isFinite(rate)) return;
    const now = clock.now();
    const turn = Math.max(now, this.#next);
    this.#next = turn + 1000 / rate;
    if (turn <= now) return;
    await new Promise<void>((resolve) => {
      const stop = clock.after(turn - now, resolve);
      signal?.addEventListener(
        'abort',
        () => {
          stop();
          resolve();
        },
        { once: true },
      );
    });
  }
}
