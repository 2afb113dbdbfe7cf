/** What a transaction of a durable store sees and does. */
import { concat, equal, hex } from '../../base/bytes.ts';
import type { DeviceState } from '../device-state.ts';
import { packDevice, packRecord, unpackRecord } from '../packing.ts';
import type { CredentialRecord } from '../record.ts';
import type { StoreChanges, StoreTransaction } from '../store.ts';
import { changesBetween, noteChanges } from './changes.ts';
import { storeError } from './errors.ts';
import {
  BY_RP,
  DEVICE_KEY,
  DISCOVERABLE,
  IDS,
  type Numbers,
  OTHERS,
  packRp,
  place,
  placeIn,
  placeNumber,
  RECORDS,
  RP_ORDER,
  RPS,
  type RpEntry,
  rangeOf,
  SETTINGS_KEY,
  USERS,
  unpackRp,
} from './layout.ts';
import { at, type Tree } from './tree.ts';

/** Unpacks the device's state, or knows it still. */
export type DeviceReader = (tree: Tree) => DeviceState | undefined;

const NOTHING = new Uint8Array();

export class View implements StoreTransaction {
  readonly #tree: Tree;
  readonly #readDevice: DeviceReader;
  /** How far it can be used: it ends with the work it was made for. */
  #use: 'reading' | 'writing' | 'over';
  #numbers: Numbers | undefined;
  /** IDs of the credentials that were touched; undefined for all of them. */
  #touched: Uint8Array[] | undefined = [];

  constructor(tree: Tree, use: 'reading' | 'writing', readDevice: DeviceReader) {
    this.#tree = tree;
    this.#use = use;
    this.#readDevice = readDevice;
  }

  /** Writes what was kept back; nothing can be done with it any more. */
  end(): void {
    if (this.#use === 'writing' && this.#tree.changed) {
      const numbers = this.numbers();
      const changes = numbers.changes + 1;
      noteChanges(this.#tree, changes, this.#touched);
      this.#tree.putNumbers({ ...numbers, changes });
    }
    this.#use = 'over';
  }

  /** Nothing of it counts. */
  abandon(): void {
    this.#use = 'over';
  }

  get(id: Uint8Array): CredentialRecord | undefined {
    const where = this.#reading().get(this.#idKey(id));
    return where && this.#at(where, id);
  }

  put(record: CredentialRecord): void {
    const tree = this.#writing();
    const idKey = this.#idKey(record.id);
    const where = tree.get(idKey);
    const before = where && this.#at(where, record.id);
    if (where !== undefined && before !== undefined && samePlace(before, record)) {
      this.#touched?.push(record.id);
      this.#keep(where, record);
      return;
    }
    if (where !== undefined && before !== undefined) this.#take(where, before);
    const place = record.discoverable ? tree.get(this.#userKey(record)) : undefined;
    const replaced = place && this.#at(place);
    if (replaced !== undefined) this.#touched?.push(replaced.id);
    this.#touched?.push(record.id);
    this.#add(record, idKey);
    // Only now, so that the RP never has none in between, and keeps its place.
    if (place !== undefined && replaced !== undefined) this.#take(place, replaced);
  }

  updateSignCount(id: Uint8Array, next: (signCount: number) => number): number | undefined {
    const where = this.#writing().get(this.#idKey(id));
    if (where === undefined) return undefined;
    const record = this.#at(where, id);
    const signCount = next(record.signCount);
    this.#touched?.push(id);
    this.#keep(where, { ...record, signCount });
    return signCount;
  }

  delete(id: Uint8Array): boolean {
    const where = this.#writing().get(this.#idKey(id));
    if (where === undefined) return false;
    this.#take(where, this.#at(where, id));
    this.#touched?.push(id);
    return true;
  }

  *discoverable(rpIdHash: Uint8Array, skip = 0): Generator<CredentialRecord> {
    const range = rangeOf(this.#rpPrefix(rpIdHash), DISCOVERABLE);
    for (const key of this.#reading().keys(range, { reverse: true, skip })) {
      this.#reading();
      yield this.#at(placeIn(key));
    }
  }

  ofUser(rpIdHash: Uint8Array, userId: Uint8Array): CredentialRecord | undefined {
    const where = this.#reading().get(this.#userKey({ rpIdHash, userId }));
    return where && this.#at(where);
  }

  countDiscoverable(rpIdHash?: Uint8Array): number {
    this.#reading();
    return rpIdHash === undefined ? this.numbers().discoverable : (this.#rp(rpIdHash)?.count ?? 0);
  }

  *relyingParties(): Generator<Uint8Array> {
    for (const key of this.#reading().keys(rangeOf(RP_ORDER))) {
      const rpIdHash = this.#reading().open(key);
      if (rpIdHash !== undefined) yield rpIdHash;
    }
  }

  *all(): Generator<CredentialRecord> {
    for (const key of this.#reading().keys(rangeOf(RECORDS))) {
      this.#reading();
      yield this.#at(placeIn(key));
    }
  }

  device(): DeviceState | undefined {
    return this.#readDevice(this.#reading());
  }

  putDevice(state: DeviceState): void {
    this.#writing().putSealed(DEVICE_KEY, packDevice(state));
  }

  clearCredentials(): void {
    const tree = this.#writing();
    const kept = [SETTINGS_KEY, DEVICE_KEY].map((key) => [key, tree.get(key)] as const);
    const format = tree.format();
    const numbers = this.numbers();
    tree.clear();
    if (format !== undefined) tree.putFormat(format);
    for (const [key, value] of kept) if (value !== undefined) tree.put(key, value);
    this.#numbers = { ...numbers, credentials: 0, discoverable: 0, checks: 0 };
    this.#touched = undefined;
  }

  putSettings(settings: Uint8Array): void {
    this.#writing().putSealed(SETTINGS_KEY, settings);
  }

  /** What transactions did after the one with this number. */
  changesAfter(after: number | undefined): StoreChanges {
    const tree = this.#reading();
    const { changes: number } = this.numbers();
    const ids = after === undefined ? [] : changesBetween(tree, after, number);
    if (ids !== undefined) return { number, ids, whole: false };
    return { number, ids: Array.from(this.all(), ({ id }) => id), whole: true };
  }

  /** What is counted. */
  numbers(): Numbers {
    return this.#numbers ?? this.#reading().numbers();
  }

  /** Places of credentials in order, all of them or an RP's, after a cursor; each with the cursor that goes on behind it. */
  *places(
    rpIdHash?: Uint8Array,
    after?: Uint8Array,
  ): Generator<readonly [cursor: Uint8Array, CredentialRecord]> {
    const prefix = rpIdHash === undefined ? RECORDS : this.#rpPrefix(rpIdHash);
    const last = rpIdHash === undefined ? rangeOf(prefix).last : rangeOf(prefix, OTHERS).last;
    const range = { first: prefix, last };
    const from = after === undefined ? {} : { after: concat(prefix, after) };
    for (const key of this.#reading().keys(range, from)) {
      yield [key.slice(prefix.length), this.#at(placeIn(key))];
    }
  }

  #reading(): Tree {
    if (this.#use === 'over') throw new Error('a transaction was used after its end');
    return this.#tree;
  }

  #writing(): Tree {
    if (this.#use !== 'writing') throw new Error('a transaction was used after its end');
    return this.#tree;
  }

  /** The credential at a place that something points to. @param id its own, where that is known */
  #at(where: Uint8Array, id?: Uint8Array): CredentialRecord {
    let packed: Uint8Array | undefined;
    try {
      packed = this.#tree.open(at(RECORDS, where));
    } catch (error) {
      throw id === undefined ? error : naming(id, error);
    }
    if (packed === undefined) throw missing(where);
    return unpackRecord(packed);
  }

  #keep(where: Uint8Array, record: CredentialRecord): void {
    this.#tree.putSealed(at(RECORDS, where), packRecord(record));
  }

  /** A credential at the end of every order. */
  #add(record: CredentialRecord, idKey: Uint8Array): void {
    const numbers = this.numbers();
    const where = place(numbers.nextPlace);
    const { discoverable } = record;
    this.#numbers = {
      ...numbers,
      nextPlace: numbers.nextPlace + 1,
      credentials: numbers.credentials + 1,
      discoverable: numbers.discoverable + (discoverable ? 1 : 0),
    };
    this.#keep(where, record);
    this.#tree.put(idKey, where);
    this.#tree.put(this.#rpKey(record, where), NOTHING);
    if (!discoverable) return;
    this.#tree.put(this.#userKey(record), where);
    this.#countRp(record.rpIdHash, 1);
  }

  /** Removes a credential from everywhere. */
  #take(where: Uint8Array, record: CredentialRecord): void {
    const numbers = this.numbers();
    const { discoverable } = record;
    this.#numbers = {
      ...numbers,
      credentials: numbers.credentials - 1,
      discoverable: numbers.discoverable - (discoverable ? 1 : 0),
    };
    this.#tree.remove(at(RECORDS, where));
    this.#tree.remove(this.#idKey(record.id));
    this.#tree.remove(this.#rpKey(record, where));
    if (!discoverable) return;
    const userKey = this.#userKey(record);
    const ofUser = this.#tree.get(userKey);
    if (ofUser !== undefined && equal(ofUser, where)) this.#tree.remove(userKey);
    this.#countRp(record.rpIdHash, -1);
  }

  /** An RP has its place from its first discoverable credential to its last. */
  #countRp(rpIdHash: Uint8Array, difference: number): void {
    const key = this.#rpCountKey(rpIdHash);
    const before = this.#rp(rpIdHash) ?? this.#newRp(rpIdHash);
    const count = before.count + difference;
    if (count > 0) {
      this.#tree.put(key, packRp({ ...before, count }));
      return;
    }
    this.#tree.remove(key);
    this.#tree.remove(at(RP_ORDER, before.place));
  }

  #newRp(rpIdHash: Uint8Array): RpEntry {
    const numbers = this.numbers();
    const where = place(numbers.nextRpPlace);
    this.#numbers = { ...numbers, nextRpPlace: numbers.nextRpPlace + 1 };
    this.#tree.putSealed(at(RP_ORDER, where), rpIdHash);
    return { place: where, count: 0 };
  }

  #rp(rpIdHash: Uint8Array): RpEntry | undefined {
    const entry = this.#tree.get(this.#rpCountKey(rpIdHash));
    return entry && unpackRp(entry);
  }

  #idKey(id: Uint8Array): Uint8Array {
    return concat(IDS, this.#tree.sealer.digest('id', id));
  }

  #userKey({ rpIdHash, userId = NOTHING }: Pick<CredentialRecord, 'rpIdHash' | 'userId'>): Uint8Array {
    return concat(USERS, this.#tree.sealer.digest('user', rpIdHash, userId));
  }

  #rpPrefix(rpIdHash: Uint8Array): Uint8Array {
    return concat(BY_RP, this.#tree.sealer.digest('rp', rpIdHash));
  }

  #rpKey({ rpIdHash, discoverable }: CredentialRecord, where: Uint8Array): Uint8Array {
    return concat(this.#rpPrefix(rpIdHash), discoverable ? DISCOVERABLE : OTHERS, where);
  }

  #rpCountKey(rpIdHash: Uint8Array): Uint8Array {
    return concat(RPS, this.#tree.sealer.digest('rp', rpIdHash));
  }
}

function missing(where: Uint8Array): Error {
  return storeError(
    'store-damaged',
    `the credential at place ${placeNumber(where)} is not there, and something points to it: the store was changed from outside`,
  );
}

/** An error that says whose record it is about. */
function naming(id: Uint8Array, error: unknown): unknown {
  const { message } = error as Error;
  return storeError('store-damaged', `the credential with the ID ${hex(id)}: ${message}`, error);
}

/** Whether a record that takes the place of another is found where that was. */
function samePlace(before: CredentialRecord, after: CredentialRecord): boolean {
  return (
    before.discoverable === after.discoverable &&
    equal(before.rpIdHash, after.rpIdHash) &&
    (!after.discoverable || equal(before.userId ?? NOTHING, after.userId ?? NOTHING))
  );
}
