/** When credentials were made and last used, as far as the door saw: stores do not keep it. */
import { Cache } from '../base/cache.ts';
import { type Clock, wallTime } from '../base/clock.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';

/** Milliseconds since 1970. */
interface Use {
  readonly made?: number;
  readonly used?: number;
}

/** Of so many credentials at most. */
const MOST = 50_000;

export class Uses {
  readonly #clock: Clock;
  readonly #uses = new Cache<string, Use>(MOST);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note({ ceremony, outcome }: CeremonyRecord): void {
    const id = 'credential' in outcome ? outcome.credential?.id : undefined;
    if (id === undefined) return;
    const now = this.#now();
    this.#uses.set(id, ceremony === 'create' ? { made: now } : { ...this.#uses.get(id), used: now });
  }

  /** @param id in base64url */
  of(id: string): Use {
    return this.#uses.get(id) ?? {};
  }

  /** A clock that fails must not end the ceremony. */
  #now(): number {
    try {
      return wallTime(this.#clock);
    } catch {
      return 0;
    }
  }
}
