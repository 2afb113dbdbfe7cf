/** How fast an audit goes, how long it waits, and what of the time is the server's. */
import type { Clock } from '../../base/clock.ts';
import type { Answer, Turn } from '../targets/target.ts';

export interface LimitOptions {
  readonly clock: Clock;
  /** Ceremonies that begin in a second. */
  readonly rate: number;
  /** Milliseconds for one ceremony, without what the audit itself does in it. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** A ceremony's turn: what the audit does itself in it is not the server's time. */
export interface TimedTurn extends Turn {
  own<T>(work: () => Promise<T>): Promise<T>;
}

export class Limits {
  readonly #options: LimitOptions;
  /** When the next ceremony may begin, by the rate. */
  #next = Number.NEGATIVE_INFINITY;
  /** When the server wants to be asked again. */
  #notBefore = Number.NEGATIVE_INFINITY;
  /** What is to be told when the audit is ended: one listener of the signal for all of them. */
  readonly #ending = new Set<() => void>();

  constructor(options: LimitOptions) {
    this.#options = options;
    options.signal?.addEventListener('abort', () => {
      for (const end of [...this.#ending]) end();
    });
  }

  /** Whether the audit was ended. */
  get aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** One ceremony, when its turn has come; given up when the server takes too long. @throws the audit's abort reason */
  async during(ceremony: (turn: TimedTurn) => Promise<Answer>): Promise<Answer> {
    await this.#turn();
    const { signal, timeout } = this.#options;
    signal?.throwIfAborted();
    const ending = new AbortController();
    const watch = new Stopwatch(this.clock, timeout);
    const given = new Promise<Answer>((resolve, reject) => {
      watch.onEnd = () => {
        resolve({
          kind: 'error',
          cause: 'hang',
          message: `expected an answer within ${timeout} ms, got none`,
        });
        ending.abort();
      };
      ending.signal.addEventListener('abort', () => {
        if (signal?.aborted) reject(signal.reason);
      });
    });
    const abort = (): void => ending.abort(signal?.reason);
    this.#ending.add(abort);
    const turn: TimedTurn = {
      signal: ending.signal,
      pause: (milliseconds) =>
        watch.without(() => {
          this.#notBefore = Math.max(this.#notBefore, this.clock.now() + milliseconds);
          return this.wait(milliseconds);
        }),
      own: (work) => watch.without(work),
    };
    watch.start();
    try {
      return await Promise.race([ceremony(turn), given]);
    } finally {
      watch.end();
      this.#ending.delete(abort);
    }
  }

  /** Resolves when the time has passed, or the audit is ended. */
  wait(milliseconds: number): Promise<void> {
    if (this.aborted) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const end = (): void => {
        stop();
        this.#ending.delete(end);
        resolve();
      };
      const stop = this.clock.after(milliseconds, end);
      this.#ending.add(end);
    });
  }

  async #turn(): Promise<void> {
    const { rate } = this.#options;
    const now = this.clock.now();
    const earliest = Math.max(now, this.#notBefore);
    const turn = Number.isFinite(rate) ? Math.max(earliest, this.#next) : earliest;
    if (Number.isFinite(rate)) this.#next = turn + 1000 / rate;
    if (turn > now) await this.wait(turn - now);
  }
}

/** A timer that can be held. */
class Stopwatch {
  readonly #clock: Clock;
  #left: number;
  #since = 0;
  #holds = 0;
  #ended = false;
  #stop: (() => void) | undefined;
  onEnd: () => void = () => {};

  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#left = milliseconds;
  }

  start(): void {
    this.#since = this.#clock.now();
    this.#stop = this.#clock.after(this.#left, () => this.onEnd());
  }

  /** For good: what is still held does not start it again. */
  end(): void {
    this.#ended = true;
    this.#stop?.();
  }

  /** Work during which it is held. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    if (this.#holds === 1 && !this.#ended) {
      this.#stop?.();
      this.#left -= this.#clock.now() - this.#since;
    }
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      if (this.#holds === 0 && !this.#ended) this.start();
    }
  }
}
