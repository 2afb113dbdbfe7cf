import type { Clock } from '../../src/base/clock.ts';

/** As long as a ceremony may take: what waits as long is no wait, but a limit. */
const LIMIT = 9_000;

/** A clock that leaps over every wait, and to a limit only when told that something hangs. */
export class LeapingClock implements Clock {
  #now = 0;
  #limits = new Set<() => void>();
  /** How long it was waited, milliseconds. */
  readonly waits: number[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    if (milliseconds >= LIMIT) {
      const end = (): void => {
        this.#limits.delete(end);
        callback();
      };
      this.#limits.add(end);
      return () => this.#limits.delete(end);
    }
    let stopped = false;
    setImmediate(() => {
      if (stopped) return;
      this.#now += milliseconds;
      this.waits.push(milliseconds);
      callback();
    });
    return () => {
      stopped = true;
    };
  }

  /** Whatever is under way is not answered in time. */
  hang(): void {
    setImmediate(() => {
      for (const end of [...this.#limits]) end();
    });
  }
}
