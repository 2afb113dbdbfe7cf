/** The last ceremonies, for callers that ask what happened, and ceremonies that were saved elsewhere and loaded. */
import { type Clock, wallTime } from '../base/clock.ts';
import { type CeremonyRecord, ceremonyText } from '../decode/trace/record.ts';
import type { TreeObject } from '../decode/tree.ts';

/** One ceremony that is kept. */
export interface Trace {
  /** Which one it is: no other ever has its number, as long as the door is open. */
  readonly number: number;
  /** When it ended, or was loaded: milliseconds since 1970. */
  readonly at: number;
  /** Whether it came out of a file. */
  readonly loaded: boolean;
  readonly ceremony: CeremonyRecord | TreeObject;
}

export class Traces {
  readonly #most: number;
  readonly #clock: Clock;
  #kept: Trace[] = [];
  #last = 0;

  /** @param most how many are kept; the oldest go first */
  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** @returns its number */
  add(record: CeremonyRecord): number {
    return this.#keep(record, false).number;
  }

  /** @param ceremony what a record was in JSON */
  load(ceremony: TreeObject): Trace {
    return this.#keep(ceremony, true);
  }

  get(number: number): Trace | undefined {
    return this.#kept.find((trace) => trace.number === number);
  }

  /**
   * So many of the last, the newest first.
   *
   * @param before only those with lower numbers
   */
  last(count: number, before?: string | number): readonly Trace[] {
    const end = before === undefined ? -1 : this.#kept.findIndex(({ number }) => number >= Number(before));
    const some = end < 0 ? this.#kept : this.#kept.slice(0, end);
    return some.slice(-count).reverse();
  }

  clear(): void {
    this.#kept = [];
  }

  #keep(ceremony: Trace['ceremony'], loaded: boolean): Trace {
    const trace = { number: ++this.#last, at: this.#now(), loaded, ceremony };
    this.#kept.push(trace);
    if (this.#kept.length > this.#most) this.#kept.shift();
    return trace;
  }

  #now(): number {
    try {
      return wallTime(this.#clock);
    } catch {
      return 0;
    }
  }
}

/** A ceremony in a few words, for lists. */
export function briefly({ number, at, loaded, ceremony }: Trace): object {
  // (A record is not decoded for a line of a list.)
  const { ceremony: kind, origin } = ceremony;
  const { refused, reason } = isRecord(ceremony)
    ? refusalIn(ceremony)
    : (ceremony.outcome as { readonly refused?: string; readonly reason?: string });
  return { number, at, loaded, ceremony: kind, origin, ...(refused !== undefined && { refused, reason }) };
}

function refusalIn({ outcome }: CeremonyRecord): { readonly refused?: string; readonly reason?: string } {
  if (!('refused' in outcome)) return {};
  const { name, message, reason } = outcome.refused;
  return { refused: `${name}: ${message}`, reason };
}

/** A ceremony in whole: for programs, and as a text for people. */
export function inWhole({ ceremony, ...rest }: Trace): object {
  const tree = treeOf(ceremony);
  return { ...rest, text: ceremonyText(tree), ceremony: tree };
}

export function treeOf(ceremony: Trace['ceremony']): TreeObject {
  return isRecord(ceremony) ? ceremony.toJSON() : ceremony;
}

function isRecord(ceremony: Trace['ceremony']): ceremony is CeremonyRecord {
  return typeof ceremony.toJSON === 'function';
}
