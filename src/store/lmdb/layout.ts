/**
 * Where things are in a store of version 3. It is one B-tree; the first byte of a key says what lies there. Every value but `F` ends
 * with a check (see `entry.ts`).
 *
 * | key                                  | value                                                                    |
 * | ------------------------------------ | ------------------------------------------------------------------------ |
 * | `F`                                  | the format, as JSON, its check inside: always readable, whatever the version |
 * | `S`                                  | the settings of the program that owns the store: JSON, sealed            |
 * | `D`                                  | the device's state: CBOR, sealed                                         |
 * | `N`                                  | how many credentials there are, and the next places, sealed: see {@link Numbers} |
 * | `c` slot                             | whose credentials one of the last transactions changed, sealed: see `changes.ts` |
 * | `r` place                            | a credential: CBOR, sealed                                               |
 * | `i` digest(credential ID)            | its place                                                                |
 * | `u` digest(RP ID hash, user handle)  | the place of the user's discoverable credential                          |
 * | `p` digest(RP ID hash) kind place    | nothing: an RP's credentials in order, kind 0 the discoverable ones      |
 * | `q` digest(RP ID hash)               | place of the RP, number of its discoverable credentials (4 bytes)        |
 * | `l` place of the RP                  | its RP ID hash, sealed: RPs with discoverable credentials in order       |
 *
 * A place is 8 bytes, big-endian, counted up and never used again. Numbers are big-endian so that keys sort by them.
 */
import { concat } from '../../base/bytes.ts';

/** The version of the layout that this program writes. */
export const LAYOUT_VERSION = 3;

const tag = (letter: string): Uint8Array => Uint8Array.of(letter.charCodeAt(0));

export const FORMAT_KEY: Uint8Array = tag('F');
export const SETTINGS_KEY: Uint8Array = tag('S');
export const DEVICE_KEY: Uint8Array = tag('D');
export const NUMBERS_KEY: Uint8Array = tag('N');
export const CHANGES: Uint8Array = tag('c');
export const RECORDS: Uint8Array = tag('r');
export const IDS: Uint8Array = tag('i');
export const USERS: Uint8Array = tag('u');
export const BY_RP: Uint8Array = tag('p');
export const RPS: Uint8Array = tag('q');
export const RP_ORDER: Uint8Array = tag('l');

export const DISCOVERABLE: Uint8Array = Uint8Array.of(0);
export const OTHERS: Uint8Array = Uint8Array.of(1);

/** Bytes of a place. */
export const PLACE = 8;
/** Behind every place there is. */
const LAST: Uint8Array = new Uint8Array(PLACE).fill(0xff);

export function place(number: number): Uint8Array {
  const bytes = new Uint8Array(PLACE);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/** The end of a key: its place. */
export function placeIn(key: Uint8Array): Uint8Array {
  return key.slice(key.length - PLACE);
}

/** The place at the end of a key, as a number. */
export function placeNumber(key: Uint8Array): number {
  if (key.length < PLACE) return 0;
  return Number(new DataView(key.buffer, key.byteOffset, key.length).getBigUint64(key.length - PLACE));
}

/** A range of keys, first to last, that begin alike and end with a place. */
export interface Range {
  /** What all keys begin with, and none is. */
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

/** Keys that begin so, and end with a place. */
export function rangeOf(...prefix: readonly Uint8Array[]): Range {
  return { first: concat(...prefix), last: concat(...prefix, LAST) };
}

/** Numbers that are kept, so that they need not be counted anew. */
export interface Numbers {
  readonly nextPlace: number;
  readonly nextRpPlace: number;
  readonly credentials: number;
  readonly discoverable: number;
  /** Counted up by every transaction that changes anything. */
  readonly changes: number;
  /** The checks of all entries but `F` and `N`, added up. */
  readonly checks: number;
}

export const NO_NUMBERS: Numbers = {
  nextPlace: 1,
  nextRpPlace: 1,
  credentials: 0,
  discoverable: 0,
  changes: 0,
  checks: 0,
};

const NUMBERS = ['nextPlace', 'nextRpPlace', 'credentials', 'discoverable', 'changes', 'checks'] as const;

export function packNumbers(numbers: Numbers): Uint8Array {
  return concat(...NUMBERS.map((name) => place(numbers[name])));
}

/** (Version 2 had no more than the first four.) */
export function unpackNumbers(bytes: Uint8Array): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = (index: number): number =>
    bytes.length < (index + 1) * PLACE ? 0 : Number(view.getBigUint64(index * PLACE));
  return {
    nextPlace: at(0),
    nextRpPlace: at(1),
    credentials: at(2),
    discoverable: at(3),
    changes: at(4),
    checks: at(5),
  };
}

/** An RP's entry under {@link RPS}. */
export interface RpEntry {
  readonly place: Uint8Array;
  readonly count: number;
}

export function packRp(entry: RpEntry): Uint8Array {
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, entry.count);
  return concat(entry.place, count);
}

export function unpackRp(bytes: Uint8Array): RpEntry {
  const count = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(PLACE);
  return { place: bytes.slice(0, PLACE), count };
}
