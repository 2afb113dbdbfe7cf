/** A source of events, such as a driver's session or connection. */
interface Source {
  on(event: string, listener: (event: never) => void): unknown;
  off(event: string, listener: (event: never) => void): unknown;
}

/** Listeners of one source, which are removed together. */
export class Listeners {
  readonly #source: Source;
  #undo: (() => void)[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  on<Event>(name: string, listener: (event: Event) => void): void {
    this.#source.on(name, listener);
    this.#undo.push(() => this.#source.off(name, listener));
  }

  off(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}
