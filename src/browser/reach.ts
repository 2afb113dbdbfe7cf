/**
 * Work with pages that may never answer, because a page has an open `alert()`, its process has crashed, or its script does not end. Work waits
 * for any answer: as long as one page after the other answers, also on a slow machine, the rest get more time.
 */
import { type Clock, systemClock } from '../base/clock.ts';

/** A page that could not be reached. */
export interface Unreached {
  readonly url: string;
  /** The reason, in words. */
  readonly reason: string;
}

/** A page, or a frame. */
export interface Place {
  /** Its address, which the browser knows although the page does not answer. */
  locate(): Promise<string>;
}

/** How long there is no answer before pages are given up, in milliseconds. */
const PATIENCE = 3_000;

interface Work {
  readonly place: Place | undefined;
}

export class Reach {
  readonly #patience: number;
  readonly #clock: Clock;
  readonly #pending = new Set<Work>();
  /** Work that is no longer waited for. */
  readonly #silent = new Map<Work, Unreached>();
  readonly #lost = new Map<Place, Unreached>();
  readonly #looks = new Set<() => void>();

  constructor(patience: number = PATIENCE, clock: Clock = systemClock) {
    this.#patience = patience;
    this.#clock = clock;
  }

  /** The pages that could not be reached so far, each once. A page that answers later is removed. */
  get unreached(): readonly Unreached[] {
    const found = new Map<Place, Unreached>(this.#lost);
    for (const [{ place }, unreached] of this.#silent)
      if (place !== undefined && !found.has(place)) found.set(place, unreached);
    return [...found.values()].map((one) => ({ ...one }));
  }

  /**
   * Watches work with a page. Its rejection says why the page could not be reached.
   *
   * @param place undefined for work with the browser as a whole, which waits for all of its pages and is reported for none
   */
  track(place: Place | undefined, work: Promise<unknown>): void {
    const failed = (error: unknown): void => place && this.lose(place, (error as Error).message);
    this.#track({ place }, work, failed);
  }

  /** Notes that this page will not answer. */
  lose(place: Place, reason: string): void {
    this.#lost.set(place, this.#named(place, reason));
    this.#heard();
  }

  /** Notes that it may answer again, or has gone. */
  find(place: Place): void {
    this.#lost.delete(place);
    for (const one of this.#silent.keys()) if (one.place === place) this.#silent.delete(one);
    this.#heard();
  }

  /** Resolves when all work is done, except work with pages that do not answer. */
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

  /** Resolves when all work is done, even with pages that do not answer, which may be never. */
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

  /** The address comes a moment later, and work waits for it, too. */
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
