/** The one B-tree of a store, as the rest of it sees it: LMDB with bytes for keys and values, their checks, and what is sealed in them. */
import type { RootDatabase, Transaction } from 'lmdb';
import { concat } from '../../base/bytes.ts';
import { addChecks, bodyOf, checkOf, withCheck } from './entry.ts';
import {
  FORMAT_KEY,
  NO_NUMBERS,
  NUMBERS_KEY,
  type Numbers,
  PLACE,
  packNumbers,
  type Range,
  unpackNumbers,
} from './layout.ts';
import type { Sealer } from './seal.ts';

export type Database = RootDatabase<Uint8Array, Uint8Array>;

/** How many entries are fetched at once: few at first, for most who look want the first one. */
const FIRST_BATCH = 4;
const LARGEST_BATCH = 256;

export class Tree {
  readonly #db: Database;
  readonly sealer: Sealer;
  readonly #options: { readonly transaction?: Transaction };
  /** By how much what the checks add up to is another than the counts say. */
  #difference = 0;
  /** Whether anything was written. */
  changed = false;

  /** @param transaction a view that stays as it is; without one, the last that there was */
  constructor(db: Database, sealer: Sealer, transaction?: Transaction) {
    this.#db = db;
    this.sealer = sealer;
    this.#options = transaction === undefined ? {} : { transaction };
  }

  /** A value, in memory of its own. @throws StuntkeyError `store-damaged` */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = this.#db.get(key, this.#options);
    return value && bodyOf(key, value);
  }

  put(key: Uint8Array, body: Uint8Array): void {
    const value = withCheck(key, body);
    this.#count(checkOf(value) - this.#checkAt(key));
    this.#db.putSync(key, value);
  }

  remove(key: Uint8Array): void {
    this.#count(-this.#checkAt(key));
    this.#db.removeSync(key);
  }

  clear(): void {
    this.#db.clearSync();
    this.changed = true;
    this.#difference = 0;
  }

  /** A value that is sealed. @throws StuntkeyError `store-damaged` */
  open(key: Uint8Array): Uint8Array | undefined {
    const body = this.get(key);
    return body && this.sealer.unseal(key, body);
  }

  putSealed(key: Uint8Array, value: Uint8Array): void {
    this.put(key, this.sealer.seal(key, value));
  }

  /** The format, as it lies there: it has its check inside. */
  format(): Uint8Array | undefined {
    const value = this.#db.get(FORMAT_KEY, this.#options);
    return value && new Uint8Array(value);
  }

  putFormat(format: Uint8Array): void {
    this.#db.putSync(FORMAT_KEY, format);
  }

  /** What is counted. */
  numbers(): Numbers {
    const bytes = this.open(NUMBERS_KEY);
    return bytes === undefined ? NO_NUMBERS : unpackNumbers(bytes);
  }

  /** Writes what is counted. @param numbers with the checks as they were before anything was written, or cleared */
  putNumbers(numbers: Numbers): void {
    const checks = addChecks(numbers.checks, this.#difference);
    const sealed = this.sealer.seal(NUMBERS_KEY, packNumbers({ ...numbers, checks }));
    this.#db.putSync(NUMBERS_KEY, withCheck(NUMBERS_KEY, sealed));
    this.#difference = 0;
  }

  /**
   * Keys of a range, from the first on or from the last back. No cursor stays open in between: what is changed meanwhile does
   * no harm.
   *
   * @param after goes on behind this key
   */
  *keys(
    { first, last }: Range,
    { reverse = false, skip = 0, after }: { reverse?: boolean; skip?: number; after?: Uint8Array } = {},
  ): Generator<Uint8Array> {
    let from = after ?? (reverse ? last : first);
    let offset = skip;
    for (let limit = FIRST_BATCH; ; limit = Math.min(limit * 4, LARGEST_BATCH)) {
      // The ends themselves are no keys, so it does not matter whether they are in.
      const range = {
        ...this.#options,
        start: from,
        end: reverse ? first : last,
        reverse,
        exclusiveStart: true,
        offset,
        limit,
      };
      const batch = [...this.#db.getKeys(range)].map((key) => new Uint8Array(key));
      yield* batch;
      if (batch.length < limit) return;
      from = batch[limit - 1] as Uint8Array;
      offset = 0;
    }
  }

  /** What is written over has to be whole: else what the checks add up to would never be right again. */
  #checkAt(key: Uint8Array): number {
    const value = this.#db.get(key, this.#options);
    if (value === undefined) return 0;
    bodyOf(key, value);
    return checkOf(value);
  }

  #count(difference: number): void {
    this.#difference = addChecks(this.#difference, difference);
    this.changed = true;
  }
}

/** The key of what lies at a place. */
export function at(prefix: Uint8Array, place: Uint8Array): Uint8Array {
  return concat(prefix, place.subarray(0, PLACE));
}
