/** What happened to a device, numbered. The last events are kept, so that a reader who was away goes on where it stopped. */
import { type Clock, wallTime } from '../base/clock.ts';

/** What can happen. */
export type EventName =
  /** A ceremony has ended: `trace`, `source`, `ceremony`, `origin`, `rpId`; `credential` (its ID, or null), or `refused` (`name`, `step`, `reason`, `wayOut`). */
  | 'ceremony'
  /** Credentials were added, changed or removed: `ids`; `whole` where more changed than these. */
  | 'credentials'
  /** The person was told what to do: `change` (`use`, `next`, `reset`), `waiting`. */
  | 'user'
  /** A prompt that waits for an answer (`change` is `asked`), or waits no more (`over`): `prompt` (its number), `kind`, `command`, `rpId`, `holdFor`. */
  | 'prompt'
  /** Faults that wait for a ceremony, when one was added or a ceremony has had it: `fault` (the one that was added), `waiting`. */
  | 'fault'
  /** `change`: `reset`, `power-cycle`, `pin`, `fingerprints`. */
  | 'device'
  /** `change`: `loaded` (`trace`), `cleared`. */
  | 'traces'
  /** Of the default device: `change` (`made`, `forgotten`), `name`. */
  | 'authenticators';

/** One event. No secret is in any. */
export interface DoorEvent {
  /** 1 for the first since the door was opened, then one more each. */
  readonly number: number;
  readonly event: EventName;
  /** Milliseconds since 1970, by the device's clock. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What comes behind a number: the next event, and how many before it are not kept any more. */
export interface Following {
  readonly missed: number;
  readonly event?: DoorEvent;
}

export class EventLog {
  readonly #most: number;
  readonly #clock: Clock;
  /** Event n is at n modulo the length. */
  readonly #kept: DoorEvent[] = [];
  readonly #readers = new Set<() => void>();
  #last = 0;
  #over = false;

  /** @param most how many are kept; the oldest go first */
  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** The number of the last event; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** The number of the oldest event that is kept; one more than `last` where none is. */
  get first(): number {
    return this.#last - Math.min(this.#last, this.#most) + 1;
  }

  /** Whether no more will come. */
  get over(): boolean {
    return this.#over;
  }

  add(event: EventName, data: DoorEvent['data']): void {
    const number = ++this.#last;
    if (this.#most > 0) this.#kept[number % this.#most] = { number, event, at: this.#now(), data };
    this.#tell();
  }

  following(number: number): Following {
    const { first } = this;
    if (number >= this.#last) return { missed: 0 };
    const next = Math.max(number + 1, first);
    const event = next > this.#last ? undefined : this.#kept[next % this.#most];
    return { missed: next - number - 1, ...(event && { event }) };
  }

  /** Calls back when there is more, or no more will come. @returns what ends that */
  listen(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => {
      this.#readers.delete(reader);
    };
  }

  /** The device is gone: those who read are told. */
  end(): void {
    this.#over = true;
    this.#tell();
  }

  #tell(): void {
    for (const reader of [...this.#readers]) reader();
  }

  /** A clock that fails must not end the ceremony of the event. */
  #now(): number {
    try {
      return wallTime(this.#clock);
    } catch {
      return 0;
    }
  }
}
