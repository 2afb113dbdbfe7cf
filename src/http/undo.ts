/** The credential that was deleted last, until something else changes: so that a slip can be undone. */
import { equal } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { timer } from '../base/timer.ts';
import type { CredentialRecord } from '../store/record.ts';

/** How long it is kept at most, in milliseconds. */
export const KEPT_FOR: number = 10 * 60_000;

export class Undo {
  readonly #clock: Clock;
  #record: CredentialRecord | undefined;
  #stop = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(record: CredentialRecord): void {
    this.drop();
    this.#record = record;
    this.#stop = timer(this.#clock, KEPT_FOR, () => this.drop(), { background: true });
  }

  /** The one with this ID, if that is kept. */
  get(id: Uint8Array): CredentialRecord | undefined {
    return this.#record !== undefined && equal(this.#record.id, id) ? this.#record : undefined;
  }

  drop(): void {
    this.#stop();
    this.#record = undefined;
  }
}
