/**
 * Whose credentials the last transactions changed, for devices in other processes. There are as many slots as transactions are
 * remembered; the number of a transaction says its slot. A value is that number (8 bytes), then IDs, each behind its length (2
 * bytes); two bytes 0xff mean that there were more than are noted.
 */
import { concat } from '../../base/bytes.ts';
import { CHANGES, PLACE, place, placeNumber } from './layout.ts';
import type { Tree } from './tree.ts';

/** Transactions that are remembered. */
const SLOTS = 64;
/** More IDs of one transaction are not noted. */
const MOST_IDS = 16;

const MANY = Uint8Array.of(0xff, 0xff);

const slotKey = (number: number): Uint8Array => concat(CHANGES, Uint8Array.of(number % SLOTS));

/** Notes what a transaction changed. @param ids undefined for more than can be told */
export function noteChanges(tree: Tree, number: number, ids: readonly Uint8Array[] | undefined): void {
  const parts = ids === undefined || ids.length > MOST_IDS ? [MANY] : ids.flatMap((id) => [lengthOf(id), id]);
  tree.putSealed(slotKey(number), concat(place(number), ...parts));
}

/** IDs that the transactions after one and up to another changed; undefined where not all of that is known. */
export function changesBetween(tree: Tree, after: number, upTo: number): Uint8Array[] | undefined {
  if (after > upTo || upTo - after > SLOTS) return undefined;
  const all: Uint8Array[] = [];
  for (let number = after + 1; number <= upTo; number++) {
    const noted = tree.open(slotKey(number));
    if (noted === undefined || placeNumber(noted.subarray(0, PLACE)) !== number) return undefined;
    const ids = idsIn(noted.subarray(PLACE));
    if (ids === undefined) return undefined;
    all.push(...ids);
  }
  return all;
}

function lengthOf(id: Uint8Array): Uint8Array {
  return Uint8Array.of(id.length >> 8, id.length & 0xff);
}

function idsIn(bytes: Uint8Array): Uint8Array[] | undefined {
  const ids: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    if (length === 0xffff) return undefined;
    ids.push(bytes.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return ids;
}
