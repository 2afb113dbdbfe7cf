/**
 * Work with pages that may never answer: one has an open `alert()`, its process has crashed, or a script in it does not end. What is waited for
 * is that something is heard: as long as one page after the other answers, however slow the machine, the rest have their time.
 */
import { type Clock, systemClock } from '../base/clock.ts';

/** A page that could not be reached. */
export interface Unreached {
  readonly url: string;
  /** In words. */
  readonly reason: string;
}

/** A page, or a frame. */
export interface Place {
  /** Its address, as the browser has it, which tells it though the page does not answer. */
  locate(): Promise<string>;
}

/** How long it is quiet before pages are given up, in milliseconds. */
const PATIENCE = 3_000;

interface Work {
  readonly place: Place | undefined;
}

export class Reach {
  readonly #patience: number;
  readonly #clock: Clock;
  readonly #pending = new Set<Work>();
  /** What of it is not waited for any more. */
  readonly #silent = new Map<Work, Unreached>();
  readonly #lost = new Map<Place, Unreached>();
  readonly #looks = new Set<() => void>();

  constructor(patience: number = PATIENCE, clock: Clock = systemClock) {
    this.#patience = patience;
    this.#clock = clock;
  }

  /** Those that could not be reached so far, each once: a page that answers in the end is none of them any more. */
  get unreached(): readonly Unreached[] {
    const found = new Map<Place, Unreached>(this.#lost);
    for (const [{ place }, unreached] of this.#silent)
      if (place !== undefined && !found.has(place)) found.set(place, unreached);
    return [...found.values()].map((one) => ({ ...one }));
  }

  /**
   * Looks after work with a page. What it rejects with is why the page could not be reached.
   *
   * @param place undefined: of the browser as a whole, which waits for all of its pages, and is named by none
   */
  track(place: Place | undefined, work: Promise<unknown>): void {
    const failed = (error: unknown): void => place && this.lose(place, (error as Error).message);
    this.#track({ place }, work, failed);
  }

  /** It is known that this page will not answer. */
  lose(place: Place, reason: string): void {
    this.#lost.set(place, this.#named(place, reason));
    this.#heard();
  }

  /** It may answer again, or has gone. */
  find(place: Place): void {
    this.#lost.delete(place);
    for (const one of this.#silent.keys()) if (one.place === place) this.#silent.delete(one);
    this.#heard();
  }

  /** Resolves when all work is done, but for that with pages that do not answer. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      let stop = (): void => {};
      const look = (): void => {
        stop();
        const waiting = [...this.#pending].filter(
          (one) => !(this.#silent.has(one) || (one.place !== undefined && this.#lost.has(one.place))),
        );
        if (waiting.length === 0) {
          this.#looks.delete(look);
          resolve();
          return;
        }
        stop = this.#clock.after(this.#patience, () => {
          const reason = `no answer for ${this.#patience} ms: an alert() may be open there, or a script that does not end`;
          for (const one of waiting) this.#silent.set(one, this.#named(one.place, reason));
          this.#heard();
        });
      };
      this.#looks.add(look);
      look();
    });
  }

  /** Resolves when all work is done, even that with pages that did not answer for long: it may never be. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#pending.size > 0) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  #track(one: Work, work: Promise<unknown>, failed: (error: unknown) => void): void {
    this.#pending.add(one);
    const done = (): void => {
      this.#pending.delete(one);
      this.#silent.delete(one);
      this.#heard();
    };
    work.catch(failed).then(done, done);
  }

  /** The address comes a moment later, and is waited for like any work. */
  #named(place: Place | undefined, reason: string): Unreached {
    const unreached = { url: '', reason };
    const naming = place?.locate().then((url) => {
      unreached.url = url;
    });
    if (naming !== undefined) this.#track({ place: undefined }, naming, () => undefined);
    return unreached;
  }

  #heard(): void {
    for (const look of [...this.#looks]) look();
  }
}
