/**
 * The store that lives as long as its process. Records are kept packed, in one buffer each, because a hundred
 * thousand of them should fit in little memory; a small cache keeps the ones in use unpacked.
 */

import { Cache } from '../codec/cache.ts';
import type { DeviceState } from './device-state.ts';
import { packRecord, patchSignCount, unpackRecord } from './packing.ts';
import type { CredentialRecord } from './record.ts';
import type { Store, StoreReader, StoreTransaction } from './store.ts';

/** Byte strings as map keys: one Latin-1 character a byte, which V8 stores in one byte each. */
function keyOf(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

function bytesOf(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i);
  return bytes;
}

/** Where an RP's user is found. */
function userKey(record: CredentialRecord): string {
  return keyOf(record.rpIdHash) + keyOf(record.userId ?? new Uint8Array());
}

/** Under what a record is indexed; when it changes, the index must follow. */
function indexOf(record: CredentialRecord): string {
  return record.discoverable ? userKey(record) : '';
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
  readonly #packed = new Map<string, Uint8Array>();
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
    get: (id) => this.#get(keyOf(id)),
    put: (record) => this.#put(record),
    updateSignCount: (id, next) => this.#updateSignCount(keyOf(id), next),
    delete: (id) => this.#delete(keyOf(id)),
    discoverable: (rpIdHash, skip = 0) => this.#newestFirst(keyOf(rpIdHash), skip),
    ofUser: (rpIdHash, userId) => {
      const key = this.#byUser.get(keyOf(rpIdHash) + keyOf(userId));
      return key === undefined ? undefined : this.#get(key);
    },
    countDiscoverable: (rpIdHash) =>
      rpIdHash === undefined ? this.#discoverable : this.#count(keyOf(rpIdHash)),
    relyingParties: () => [...this.#byRp.keys()].map(bytesOf),
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
    const record = unpackRecord(packed);
    this.#unpacked.set(key, record);
    return record;
  }

  #put(record: CredentialRecord): void {
    const key = keyOf(record.id);
    const before = this.#get(key);
    const packedBefore = this.#packed.get(key);
    const packed = packRecord(record);
    if (before === undefined || indexOf(before) !== indexOf(record)) {
      if (before?.discoverable) this.#unlink(key, before);
      if (record.discoverable) this.#link(key, record);
    }
    this.#changed(() => this.#restore(key, packedBefore));
    this.#packed.set(key, packed);
    this.#unpacked.set(key, unpackRecord(packed));
  }

  #updateSignCount(key: string, next: (signCount: number) => number): number | undefined {
    const record: { signCount: number } | undefined = this.#get(key);
    const packed = this.#packed.get(key);
    if (record === undefined || packed === undefined) return undefined;
    const before = record.signCount;
    this.#changed(() => patchSignCount(packed, before));
    record.signCount = next(before);
    patchSignCount(packed, record.signCount);
    return record.signCount;
  }

  #delete(key: string): boolean {
    const record = this.#get(key);
    const packed = this.#packed.get(key);
    if (record === undefined || packed === undefined) return false;
    if (record.discoverable) this.#unlink(key, record);
    this.#changed(() => this.#restore(key, packed));
    this.#packed.delete(key);
    this.#unpacked.delete(key);
    return true;
  }

  #restore(key: string, packed: Uint8Array | undefined): void {
    if (packed === undefined) this.#packed.delete(key);
    else this.#packed.set(key, packed);
  }

  #link(key: string, record: CredentialRecord): void {
    const rp = keyOf(record.rpIdHash);
    const user = userKey(record);
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

  #unlink(key: string, record: CredentialRecord): void {
    const rp = keyOf(record.rpIdHash);
    const user = userKey(record);
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
    for (const packed of this.#packed.values()) yield unpackRecord(packed);
  }
}
