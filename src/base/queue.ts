/** One at a time: a device works on one command, and those that come meanwhile wait their turn. */
export class Queue {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether a turn is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Asks for a turn, which {@link leave} ends.
   *
   * @returns what to wait for; undefined where the turn is there at once
   */
  enter(): Promise<void> | undefined {
    if (this.#busy) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#busy = true;
    return undefined;
  }

  /** Ends a turn: the next one begins, when the caller of this one has been answered. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy = false;
    else answered.then(next);
  }

  /** Runs `work` when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.enter();
    if (turn !== undefined) await turn;
    try {
      return await work();
    } finally {
      this.leave();
    }
  }
}

const answered: Promise<void> = Promise.resolve();
