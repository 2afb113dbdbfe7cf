/** Input reports at a rate that their reader can follow. */
import type { Clock } from '../base/clock.ts';

/**
 * The kernel keeps 64 reports for each reader of a hidraw node and drops what comes on top, while a long answer has up to
 * 129. A USB device is slow enough for its readers; this one has to hold itself back.
 */
const BURST = 32;
/** Pause after each burst, milliseconds. */
const PAUSE = 2;
/** With more reports than this waiting, no program reads them: they are dropped, as the kernel would drop them. */
const MAX_WAITING = 1024;

export class Pacer {
  readonly #write: (report: Uint8Array) => void;
  readonly #clock: Clock;
  #waiting: Uint8Array[] = [];
  #credit = BURST;
  #stopPause: (() => void) | undefined;

  constructor(write: (report: Uint8Array) => void, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  push(report: Uint8Array): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(report);
    this.#drain();
  }

  /** Forgets what waits. */
  stop(): void {
    this.#waiting = [];
    this.#stopPause?.();
    this.#stopPause = undefined;
  }

  #drain(): void {
    const now = this.#waiting.splice(0, this.#credit);
    this.#credit -= now.length;
    for (const report of now) this.#write(report);
    if (this.#credit < BURST) this.#stopPause ??= this.#clock.after(PAUSE, () => this.#afterPause());
  }

  #afterPause(): void {
    this.#stopPause = undefined;
    this.#credit = BURST;
    this.#drain();
  }
}
