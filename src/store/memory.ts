/**
 * The store that ends with its process. Records are kept packed, each in one string of one-byte characters: a
 * hundred thousand of them should fit in little memory, and small buffers are expensive for the garbage collector. A small cache
 * keeps the records in use unpacked, and counters, which change all the time, are kept separately.
 */

import { fromBinaryString, toBinaryString } from '../base/bytes.ts';
import { Cache } from '../base/cache.ts';
import type { DeviceState } from './device-state.ts';
import { packRecord, unpackRecord } from './packing.ts';
import type { CredentialRecord } from './record.ts';
import type { Store, StoreReader, StoreTransaction } from './store.ts';

/** Where a discoverable record is found. */
interface Place {
  readonly rp: string;
  /** The RP's user: it begins with the RP. */
  readonly user: string;
}

function placeOf({ rpIdHash, userId }: CredentialRecord): Place {
  const rp = toBinaryString(rpIdHash);
  return { rp, user: userId === undefined ? rp : rp + toBinaryString(userId) };
}

/** Ids of one RP's discoverable credentials, oldest first; one alone is kept without an array around it. */
type Ids = string | string[];

const UNPACKED = 256;

/**
 * Keeps credentials and device state in memory.
 *
 * @example
 * ```ts
 * import { Authenticator, MemoryStore } from 'stuntkey';
 * const store = new MemoryStore();
 * const before = new Authenticator({ store });
 * const after = new Authenticator({ store }); // knows every credential that `before` made
 * ```
 */
export class MemoryStore implements Store {
  readonly #packed = new Map<string, string>();
  /** Counters that have changed since their record was packed. */
  readonly #signCounts = new Map<string, number>();
  readonly #byRp = new Map<string, Ids>();
  /** Ids of discoverable credentials by RP ID hash and user handle. */
  readonly #byUser = new Map<string, string>();
  readonly #unpacked = new Cache<string, CredentialRecord>(UNPACKED);
  #discoverable = 0;
  #device: DeviceState | undefined;
  #undo: (() => void)[] | undefined;

  read<T>(work: (reader: StoreReader) => T): T {
    return work(this.#transaction);
  }

  /** @throws Error inside another transaction; and what `work` throws, after which nothing is changed */
  transaction<T>(work: (transaction: StoreTransaction) => T): T {
    if (this.#undo !== undefined) throw new Error('a transaction cannot begin inside another');
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      return work(this.#transaction);
    } catch (error) {
      while (undo.length > 0) undo.pop()?.();
      this.#unpacked.clear();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  readonly #transaction: StoreTransaction = {
    get: (id) => this.#get(toBinaryString(id)),
    put: (record) => this.#put(record),
    updateSignCount: (id, next) => this.#updateSignCount(toBinaryString(id), next),
    delete: (id) => this.#delete(toBinaryString(id)),
    discoverable: (rpIdHash, skip = 0) => this.#newestFirst(toBinaryString(rpIdHash), skip),
    ofUser: (rpIdHash, userId) => {
      const key = this.#byUser.get(toBinaryString(rpIdHash) + toBinaryString(userId));
      return key === undefined ? undefined : this.#get(key);
    },
    countDiscoverable: (rpIdHash) =>
      rpIdHash === undefined ? this.#discoverable : this.#count(toBinaryString(rpIdHash)),
    relyingParties: () => [...this.#byRp.keys()].map(fromBinaryString),
    all: () => this.#all(),
    device: () => this.#device,
    putDevice: (state) => {
      const before = this.#device;
      this.#changed(() => {
        this.#device = before;
      });
      this.#device = state;
    },
    clearCredentials: () => {
      for (const key of [...this.#packed.keys()]) this.#delete(key);
    },
  };

  #changed(undo: () => void): void {
    if (this.#undo === undefined) throw new Error('a transaction was used after its end');
    this.#undo.push(undo);
  }

  #get(key: string): CredentialRecord | undefined {
    const known = this.#unpacked.get(key);
    if (known !== undefined) return known;
    const packed = this.#packed.get(key);
    if (packed === undefined) return undefined;
    const record = this.#unpack(key, packed);
    this.#unpacked.set(key, record);
    return record;
  }

  #unpack(key: string, packed: string): CredentialRecord {
    const record = unpackRecord(fromBinaryString(packed));
    const signCount = this.#signCounts.get(key);
    return signCount === undefined ? record : { ...record, signCount };
  }

  #put(record: CredentialRecord): void {
    const key = toBinaryString(record.id);
    const before = this.#get(key);
    const packed = toBinaryString(packRecord(record));
    // When its place changes, the index must follow.
    const from = before?.discoverable ? placeOf(before) : undefined;
    const to = record.discoverable ? placeOf(record) : undefined;
    if (from?.user !== to?.user) {
      if (from !== undefined) this.#unlink(key, from);
      if (to !== undefined) {
        const replaced = this.#byUser.get(to.user);
        if (replaced === undefined) this.#link(key, to);
        else this.#relink(replaced, key, to);
      }
    }
    this.#keep(key, packed, undefined);
    this.#unpacked.delete(key);
  }

  #updateSignCount(key: string, next: (signCount: number) => number): number | undefined {
    const record: { signCount: number } | undefined = this.#get(key);
    if (record === undefined) return undefined;
    const before = this.#signCounts.get(key);
    this.#changed(() => this.#setSignCount(key, before));
    const signCount = next(record.signCount);
    record.signCount = signCount;
    this.#signCounts.set(key, signCount);
    return signCount;
  }

  #delete(key: string): boolean {
    const record = this.#get(key);
    if (record === undefined) return false;
    if (record.discoverable) this.#unlink(key, placeOf(record));
    this.#keep(key, undefined, undefined);
    this.#unpacked.delete(key);
    return true;
  }

  /** Sets the value of a key, and remembers the old one. */
  #keep(key: string, packed: string | undefined, signCount: number | undefined): void {
    const [packedBefore, signCountBefore] = [this.#packed.get(key), this.#signCounts.get(key)];
    this.#changed(() => {
      this.#setPacked(key, packedBefore);
      this.#setSignCount(key, signCountBefore);
    });
    this.#setPacked(key, packed);
    this.#setSignCount(key, signCount);
  }

  #setPacked(key: string, packed: string | undefined): void {
    if (packed === undefined) this.#packed.delete(key);
    else this.#packed.set(key, packed);
  }

  #setSignCount(key: string, signCount: number | undefined): void {
    if (signCount === undefined) this.#signCounts.delete(key);
    else this.#signCounts.set(key, signCount);
  }

  #link(key: string, { rp, user }: Place): void {
    const ids = this.#byRp.get(rp);
    const other = this.#byUser.get(user);
    this.#changed(() => {
      if (typeof ids === 'object') ids.pop();
      else this.#setIds(rp, ids);
      if (other === undefined) this.#byUser.delete(user);
      else this.#byUser.set(user, other);
      this.#discoverable--;
    });
    if (ids === undefined) this.#byRp.set(rp, key);
    else if (typeof ids === 'string') this.#byRp.set(rp, [ids, key]);
    else ids.push(key);
    this.#byUser.set(user, key);
    this.#discoverable++;
  }

  #unlink(key: string, { rp, user }: Place): void {
    const ids = this.#byRp.get(rp);
    const place = typeof ids === 'object' ? ids.indexOf(key) : 0;
    const ofUser = this.#byUser.get(user) === key;
    this.#changed(() => {
      if (typeof ids === 'object') ids.splice(place, 0, key);
      this.#setIds(rp, ids);
      if (ofUser) this.#byUser.set(user, key);
      this.#discoverable++;
    });
    if (typeof ids === 'object') ids.splice(place, 1);
    if (typeof ids !== 'object' || ids.length === 0) this.#byRp.delete(rp);
    if (ofUser) this.#byUser.delete(user);
    this.#discoverable--;
  }

  /**
   * Replaces a credential with another one of the same RP and user. Map entries are overwritten, not deleted and set
   * again: V8 keeps deleted entries in the chain of their bucket, and a key that comes and goes makes it long.
   */
  #relink(replaced: string, key: string, { rp, user }: Place): void {
    const ids = this.#byRp.get(rp);
    const place = typeof ids === 'object' ? ids.indexOf(replaced) : 0;
    this.#changed(() => {
      if (typeof ids === 'object') {
        ids.pop();
        ids.splice(place, 0, replaced);
      } else this.#setIds(rp, ids);
      this.#byUser.set(user, replaced);
    });
    if (typeof ids === 'object') {
      ids.splice(place, 1);
      ids.push(key);
    } else this.#byRp.set(rp, key);
    this.#byUser.set(user, key);
    this.#keep(replaced, undefined, undefined);
    this.#unpacked.delete(replaced);
  }

  #setIds(rp: string, ids: Ids | undefined): void {
    if (ids === undefined) this.#byRp.delete(rp);
    else this.#byRp.set(rp, ids);
  }

  #count(rp: string): number {
    const ids = this.#byRp.get(rp);
    return ids === undefined ? 0 : typeof ids === 'string' ? 1 : ids.length;
  }

  *#newestFirst(rp: string, skip: number): Generator<CredentialRecord> {
    const ids = this.#byRp.get(rp);
    if (ids === undefined) return;
    if (typeof ids === 'string') {
      if (skip === 0) yield this.#get(ids) as CredentialRecord;
      return;
    }
    for (let i = ids.length - 1 - skip; i >= 0; i--) {
      const record = this.#get(ids[i] as string);
      if (record !== undefined) yield record;
    }
  }

  *#all(): Generator<CredentialRecord> {
    for (const [key, packed] of this.#packed) yield this.#unpack(key, packed);
  }
}
