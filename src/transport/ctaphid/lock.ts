/** CTAPHID_LOCK, CTAP 2.3 section 11.2.9.2.2: one channel has the device for itself for up to ten seconds. */
import type { Clock } from '../../base/clock.ts';

/** Longest lock, seconds. */
export const MAX_LOCK = 10;

export class Lock {
  readonly #clock: Clock;
  #owner: number | undefined;
  #stop: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether another channel has the device. */
  keepsOut(cid: number): boolean {
    return this.#owner !== undefined && this.#owner !== cid;
  }

  /** Gives the device to a channel for so many seconds from now; 0 releases it. */
  take(cid: number, seconds: number): void {
    this.release();
    if (seconds === 0) return;
    this.#owner = cid;
    this.#stop = this.#clock.after(seconds * 1000, () => this.release(), { background: true });
  }

  release(): void {
    this.#stop();
    this.#owner = undefined;
  }
}
