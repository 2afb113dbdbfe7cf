/** The last ceremonies, for callers that ask what happened. */
import type { CeremonyRecord } from '../decode/trace/record.ts';

export class Traces {
  readonly #most: number;
  #records: CeremonyRecord[] = [];

  /** @param most how many are kept; the oldest go first */
  constructor(most: number) {
    this.#most = most;
  }

  add(record: CeremonyRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#most) this.#records.shift();
  }

  /** So many of the last, the newest first. */
  last(count: number): readonly CeremonyRecord[] {
    return this.#records.slice(-count).reverse();
  }

  clear(): void {
    this.#records = [];
  }
}
