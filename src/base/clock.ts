/** Time is handed in, so that tests can move it and need not wait. */
import { amount, check, having, type Shape } from './shape.ts';

/** Time as a device, client or server takes it. {@link ManualClock} is one that a test moves. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls back once after this many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, callback: () => void, options?: TimerOptions): () => void;
  /** The time of day in milliseconds since 1970, for dates. Default: as if `now` began in 2026. */
  wall?(): number;
}

/** The shape of a clock that is handed in. */
export const clockShape: Shape<Clock> = having<Clock>('a clock, such as new ManualClock()', 'now', 'after');

/** What the caller knows about a timer. */
export interface TimerOptions {
  /**
   * Whether a process may end before this timer is due. Default: false, because a program that waits
   * for a timer alone, such as that of a slow person, would end too early.
   */
  readonly background?: boolean;
}

const START_OF_2026: number = Date.UTC(2026, 0, 1);

/** The time of day by a clock: milliseconds since 1970. */
export function wallTime(clock: Clock): number {
  return Math.floor(clock.wall?.() ?? START_OF_2026 + clock.now());
}

/** The longest time of setTimeout, in milliseconds: with a longer one it calls back at once. */
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

/** The time of a realm that has ECMAScript only: it cannot wait, so no timer ends. */
export const realmClock: Clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  after: () => () => {},
};

const MILLISECONDS = amount(0);

/**
 * A clock that moves only when it is told to.
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
   * Moves the clock forward, and calls back the timers that are due, in order.
   *
   * @throws StuntkeyError `bad-options` for a value that is no time, or a time in the past
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
