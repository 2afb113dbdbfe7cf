/** What a transaction of a durable store sees and does. */
import { concat, equal } from '../../base/bytes.ts';
import type { DeviceState } from '../device-state.ts';
import { packDevice, packRecord, unpackRecord } from '../packing.ts';
import type { CredentialRecord } from '../record.ts';
import type { StoreTransaction } from '../store.ts';
import { storeError } from './errors.ts';
import {
  BY_RP,
  DEVICE_KEY,
  DISCOVERABLE,
  FORMAT_KEY,
  IDS,
  NO_NUMBERS,
  NUMBERS_KEY,
  type Numbers,
  OTHERS,
  packNumbers,
  packRp,
  place,
  placeIn,
  RECORDS,
  RP_ORDER,
  RPS,
  type RpEntry,
  rangeOf,
  SETTINGS_KEY,
  USERS,
  unpackNumbers,
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

  constructor(tree: Tree, use: 'reading' | 'writing', readDevice: DeviceReader) {
    this.#tree = tree;
    this.#use = use;
    this.#readDevice = readDevice;
  }

  /** Writes what was kept back; nothing can be done with it any more. */
  end(): void {
    if (this.#use === 'writing' && this.#numbers) this.#tree.put(NUMBERS_KEY, packNumbers(this.#numbers));
    this.#use = 'over';
  }

  /** Nothing of it counts. */
  abandon(): void {
    this.#use = 'over';
  }

  get(id: Uint8Array): CredentialRecord | undefined {
    const where = this.#reading().get(this.#idKey(id));
    return where && this.#at(where);
  }

  put(record: CredentialRecord): void {
    const tree = this.#writing();
    const idKey = this.#idKey(record.id);
    const where = tree.get(idKey);
    const before = where && this.#at(where);
    if (where !== undefined && before !== undefined && samePlace(before, record)) {
      this.#keep(where, record);
      return;
    }
    if (where !== undefined && before !== undefined) this.#take(where, before);
    const replaced = record.discoverable ? tree.get(this.#userKey(record)) : undefined;
    this.#add(record, idKey);
    // Only now, so that the RP never has none in between, and keeps its place.
    if (replaced !== undefined) this.#take(replaced, this.#at(replaced));
  }

  updateSignCount(id: Uint8Array, next: (signCount: number) => number): number | undefined {
    const where = this.#writing().get(this.#idKey(id));
    if (where === undefined) return undefined;
    const record = this.#at(where);
    const signCount = next(record.signCount);
    this.#keep(where, { ...record, signCount });
    return signCount;
  }

  delete(id: Uint8Array): boolean {
    const where = this.#writing().get(this.#idKey(id));
    if (where === undefined) return false;
    this.#take(where, this.#at(where));
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
      yield this.#reading().open(key) ?? missing();
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
    const kept = [FORMAT_KEY, SETTINGS_KEY, DEVICE_KEY].map((key) => [key, tree.get(key)] as const);
    const numbers = this.numbers();
    tree.clear();
    for (const [key, value] of kept) if (value !== undefined) tree.put(key, value);
    this.#numbers = { ...numbers, credentials: 0, discoverable: 0 };
  }

  /** What is counted. */
  numbers(): Numbers {
    if (this.#numbers !== undefined) return this.#numbers;
    const bytes = this.#reading().get(NUMBERS_KEY);
    return bytes === undefined ? NO_NUMBERS : unpackNumbers(bytes);
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

  /** The credential at a place that something points to. */
  #at(where: Uint8Array): CredentialRecord {
    const packed = this.#tree.open(at(RECORDS, where));
    return packed === undefined ? missing() : unpackRecord(packed);
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

function missing(): never {
  throw storeError(
    'store-damaged',
    'the store points to something that is not there: it was changed from outside',
  );
}

/** Whether a record that takes the place of another is found where that was. */
function samePlace(before: CredentialRecord, after: CredentialRecord): boolean {
  return (
    before.discoverable === after.discoverable &&
    equal(before.rpIdHash, after.rpIdHash) &&
    (!after.discoverable || equal(before.userId ?? NOTHING, after.userId ?? NOTHING))
  );
}
