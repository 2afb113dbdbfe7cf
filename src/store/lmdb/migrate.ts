/**
 * From an older layout to this one.
 *
 * Version 1 had no indices. Its keys were `F`, `S` and `D` as now; `c` and a place: a credential as CBOR, in the order they
 * were made in; `i` and a credential ID as it is: the place. To find an RP's credentials all were read.
 */

import { unpackRecord } from '../packing.ts';
import { type Range, rangeOf } from './layout.ts';
import type { Sealer } from './seal.ts';
import { type Database, Tree } from './tree.ts';
import { View } from './view.ts';

/** The first version there was. */
export const OLDEST_VERSION = 1;
/** Exports came with version 2. */
export const OLDEST_EXPORT = 2;

const V1_RECORDS = Uint8Array.of(0x63);
const V1_IDS: Range = { first: Uint8Array.of(0x69), last: Uint8Array.of(0x6a) };

/** Inside a transaction: everything of the older layout becomes what it is now. */
export function migrate(db: Database, sealer: Sealer, version: number): void {
  if (version === 1) fromVersion1(db, sealer);
}

function fromVersion1(db: Database, sealer: Sealer): void {
  const tree = new Tree(db, sealer);
  for (const key of tree.keys(V1_IDS)) tree.remove(key);
  const view = new View(tree, 'writing', () => undefined);
  for (const key of tree.keys(rangeOf(V1_RECORDS))) {
    const packed = tree.get(key);
    tree.remove(key);
    if (packed !== undefined) view.put(unpackRecord(packed));
  }
  view.end();
}
