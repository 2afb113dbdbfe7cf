/** The last ceremonies, for callers that ask what happened, and ceremonies that were saved elsewhere and loaded. */
import { type Clock, wallTime } from '../base/clock.ts';
import { type CeremonyRecord, ceremonyText } from '../decode/trace/record.ts';
import type { TreeObject } from '../decode/tree.ts';

/**
 * Where ceremonies are: at the door (`http`), in a browser's page, in a program that tells of them, in the command line, or in another
 * program that reached the device over a carrier; `file` for one that was saved.
 */
export const ceremonySources = [
  'http',
  'page',
  'node',
  'command',
  'udp',
  'uhid',
  'usbip',
  'nfc',
  'stdio',
  'file',
] as const;
/** By which way a ceremony came. */
export type CeremonySource = (typeof ceremonySources)[number];

/** One ceremony that is kept. */
export interface Trace {
  /** Which one it is: no other ever has its number, as long as the door is open. */
  readonly number: number;
  /** When it ended, or was loaded: milliseconds since 1970. */
  readonly at: number;
  /** Whether it came out of a file. */
  readonly loaded: boolean;
  /** Where it was. */
  readonly source: CeremonySource;
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

  /** @param ceremony a record, or what one was in JSON */
  add(ceremony: Trace['ceremony'], source: CeremonySource): Trace {
    const loaded = source === 'file';
    const trace = { number: ++this.#last, at: this.#now(), loaded, source, ceremony };
    this.#kept.push(trace);
    if (this.#kept.length > this.#most) this.#kept.shift();
    return trace;
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

  #now(): number {
    try {
      return wallTime(this.#clock);
    } catch {
      return 0;
    }
  }
}

/** A ceremony in a few words, for lists. */
export function briefly({ number, at, loaded, source, ceremony }: Trace): object {
  // (A record is not decoded for a line of a list.)
  const { ceremony: kind, origin } = ceremony;
  const { refused, reason } = isRecord(ceremony)
    ? refusalIn(ceremony)
    : (ceremony.outcome as { readonly refused?: string; readonly reason?: string });
  return {
    number,
    at,
    loaded,
    source,
    ceremony: kind,
    origin,
    ...rpIdIn(ceremony),
    ...(refused !== undefined && { refused, reason }),
  };
}

/** The RP that was asked for, as far as the options say it: of a carrier's ceremony there is no origin. */
export function rpIdIn({ options }: Trace['ceremony']): { readonly rpId?: string } {
  const { rp, rpId = rp?.id } = (options ?? {}) as {
    readonly rp?: { readonly id?: unknown };
    readonly rpId?: unknown;
  };
  return typeof rpId === 'string' ? { rpId } : {};
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

export function isRecord(ceremony: Trace['ceremony']): ceremony is CeremonyRecord {
  return typeof ceremony.toJSON === 'function';
}
