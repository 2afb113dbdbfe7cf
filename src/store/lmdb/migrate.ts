/**
 * From an older layout to this one.
 *
 * Version 1 had no indices. Its keys were `F`, `S` and `D` as now; `c` and a place: a credential as CBOR, in the order they
 * were made in; `i` and a credential ID as it is: the place. To find an RP's credentials all were read.
 *
 * Version 2 was as version 3 without checks and without a list of changes; `N` was not sealed.
 */
import { isBytes } from '../../base/bytes.ts';
import { unpackRecord } from '../packing.ts';
import type { CredentialRecord } from '../record.ts';
import { storeError } from './errors.ts';
import {
  DEVICE_KEY,
  FORMAT_KEY,
  IDS,
  NO_NUMBERS,
  NUMBERS_KEY,
  placeNumber,
  type Range,
  RECORDS,
  rangeOf,
  SETTINGS_KEY,
  unpackNumbers,
} from './layout.ts';
import type { Sealer } from './seal.ts';
import { type Database, Tree } from './tree.ts';
import { View } from './view.ts';

/** The first version there was. */
export const OLDEST_VERSION = 1;

const V1_RECORDS = Uint8Array.of(0x63);
const V1_IDS: Range = { first: Uint8Array.of(0x69), last: Uint8Array.of(0x6a) };
const ALL: Range = { first: Uint8Array.of(0), last: Uint8Array.of(0xff) };

/** Inside a transaction: everything of the older layout becomes what it is now. @throws StuntkeyError `store-damaged` */
export function migrate(db: Database, sealer: Sealer, version: number): void {
  if (version === 1) fromVersion1(db, sealer);
  if (version === 2) fromVersion2(db, sealer);
}

function fromVersion1(db: Database, sealer: Sealer): void {
  const tree = new Tree(db, sealer);
  for (const key of tree.keys(V1_IDS)) db.removeSync(key);
  for (const key of [SETTINGS_KEY, DEVICE_KEY]) {
    const value = take(db, key);
    if (value !== undefined) tree.put(key, value);
  }
  const view = new View(tree, 'writing', () => undefined);
  for (const key of tree.keys(rangeOf(V1_RECORDS))) {
    const packed = take(db, key);
    if (packed !== undefined) view.put(unpacked(key, packed));
  }
  view.end();
}

function fromVersion2(db: Database, sealer: Sealer): void {
  const tree = new Tree(db, sealer);
  let credentials = 0;
  for (const key of tree.keys(ALL)) {
    if (key[0] === FORMAT_KEY[0] || key[0] === NUMBERS_KEY[0]) continue;
    const value = take(db, key) as Uint8Array;
    if (key[0] === RECORDS[0]) {
      // There were no checks: at least it has to be a credential, and to be found by its ID.
      const { id } = unpacked(key, sealer.unseal(key, value));
      const idKey = new Uint8Array([...IDS, ...sealer.digest('id', id)]);
      const where = db.get(idKey);
      const place = where?.subarray(0, 8);
      if (place === undefined || placeNumber(place) !== placeNumber(key)) throw noCredential(key);
      credentials++;
    }
    tree.put(key, value);
  }
  const counted = take(db, NUMBERS_KEY);
  const numbers = counted === undefined ? NO_NUMBERS : unpackNumbers(counted);
  if (numbers.credentials !== credentials) {
    throw storeError(
      'store-damaged',
      `there are ${credentials} credentials in the store, and there were ${numbers.credentials}`,
    );
  }
  tree.putNumbers(numbers);
}

/** A value that had no check; it is put back with one, as if it were new. */
function take(db: Database, key: Uint8Array): Uint8Array | undefined {
  const value = db.get(key);
  if (value === undefined) return undefined;
  const taken = new Uint8Array(value);
  db.removeSync(key);
  return taken;
}

function unpacked(key: Uint8Array, packed: Uint8Array): CredentialRecord {
  try {
    const record = unpackRecord(packed);
    if (isBytes(record.id) && record.rpIdHash?.length === 32) return record;
  } catch {
    // It is said below.
  }
  throw noCredential(key);
}

function noCredential(key: Uint8Array): Error {
  return storeError(
    'store-damaged',
    `the entry at place ${placeNumber(key)} of the store is no credential that can be found: it was changed from outside`,
  );
}
