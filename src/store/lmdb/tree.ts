/** The one B-tree of a store, as the rest of it sees it: LMDB with bytes for keys and values, and what is sealed in them. */
import type { RootDatabase, Transaction } from 'lmdb';
import { concat } from '../../base/bytes.ts';
import { PLACE, type Range } from './layout.ts';
import type { Sealer } from './seal.ts';

export type Database = RootDatabase<Uint8Array, Uint8Array>;

/** How many entries are fetched at once: few at first, for most who look want the first one. */
const FIRST_BATCH = 4;
const LARGEST_BATCH = 256;

export class Tree {
  readonly #db: Database;
  readonly sealer: Sealer;
  readonly #options: { readonly transaction?: Transaction };

  /** @param transaction a view that stays as it is; without one, the last that there was */
  constructor(db: Database, sealer: Sealer, transaction?: Transaction) {
    this.#db = db;
    this.sealer = sealer;
    this.#options = transaction === undefined ? {} : { transaction };
  }

  /** A value as it lies there, in memory of its own. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = this.#db.get(key, this.#options);
    return value && new Uint8Array(value);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#db.putSync(key, value);
  }

  remove(key: Uint8Array): void {
    this.#db.removeSync(key);
  }

  clear(): void {
    this.#db.clearSync();
  }

  /** A value that is sealed. @throws StuntkeyError `store-damaged` */
  open(key: Uint8Array): Uint8Array | undefined {
    const value = this.#db.get(key, this.#options);
    return value && this.sealer.unseal(key, value);
  }

  putSealed(key: Uint8Array, value: Uint8Array): void {
    this.put(key, this.sealer.seal(key, value));
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
}

/** The key of what lies at a place. */
export function at(prefix: Uint8Array, place: Uint8Array): Uint8Array {
  return concat(prefix, place.subarray(0, PLACE));
}
