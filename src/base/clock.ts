/** Time, handed in: so that tests can turn it, and nothing waits that need not. */
import { amount, check, having, type Shape } from './shape.ts';

export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls back once after so many milliseconds, unless the function returned is called before. */
  after(milliseconds: number, callback: () => void, options?: TimerOptions): () => void;
  /** The time of day, milliseconds since 1970, where something has to be dated. Default: as if `now` began in 2026. */
  wall?(): number;
}

/** What a clock that is handed in has to have. */
export const clockShape: Shape<Clock> = having<Clock>('a clock, such as new ManualClock()', 'now', 'after');

/** What the one who sets a timer knows of it. */
export interface TimerOptions {
  /**
   * Nothing waits for this timer: a process may end before it is due. Default: false, for a process whose program waits
   * for a timer alone, as for a person who is slow, would end in the middle.
   */
  readonly background?: boolean;
}

const START_OF_2026: number = Date.UTC(2026, 0, 1);

/** The time of day by a clock: milliseconds since 1970. */
export function wallTime(clock: Clock): number {
  return Math.floor(clock.wall?.() ?? START_OF_2026 + clock.now());
}

/** The longest that setTimeout keeps: what is longer it calls back at once. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** The machine's own time. Timers keep a process alive, but for those in the background. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => performance.timeOrigin + performance.now(),
  after(milliseconds, callback, { background = false } = {}) {
    const timer: unknown = setTimeout(callback, Math.min(milliseconds, LONGEST_TIMER));
    if (background) (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};

/** The time of a realm that has no more than ECMAScript: nothing can be waited for, so no timer ever comes to its end. */
export const realmClock: Clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  after: () => () => {},
};

const MILLISECONDS = amount(0);

/**
 * A clock that stands still until it is told to move.
 *
 * @example
 * ```ts
 * import { Authenticator, ManualClock } from 'stuntkey';
 * const clock = new ManualClock();
 * const authenticator = new Authenticator({ clock });
 * clock.advance(30_000); // half a minute has passed
 * ```
 */
export class ManualClock implements Clock {
  #now: number;
  #timers: { at: number; callback: () => void }[] = [];

  /** @param start milliseconds shown at first */
  constructor(start = 0) {
    this.#now = check(MILLISECONDS, start, 'bad-options', 'start');
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /**
   * Moves the clock forward, calling back what falls due, in order.
   *
   * @throws StuntkeyError `bad-options` for what is no time, or one that is past
   */
  advance(milliseconds: number): void {
    const until = this.#now + check(MILLISECONDS, milliseconds, 'bad-options', 'milliseconds');
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = due.at;
      due.callback();
    }
    this.#now = until;
  }
}
