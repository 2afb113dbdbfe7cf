/** One at a time: a device works on one command, and those that come meanwhile wait their turn. */
export class Queue {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether who comes now has to wait. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Runs `work` when it is its turn; `waiting` tells how many others wait by then. */
  async take<T>(work: (waiting: () => number) => Promise<T>): Promise<T> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy = true;
    try {
      return await work(() => this.#waiting.length);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy = false;
      else next();
    }
  }
}
