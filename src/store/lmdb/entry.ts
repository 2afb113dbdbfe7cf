/**
 * An entry of the tree proves itself whole: its value ends with a CRC-32 of key and value. All of them added up are kept beside the
 * counts, so that a page of an older state, which is whole in itself, is noticed too.
 */
import { crc32 } from '../../base/crc32.ts';
import { storeError } from './errors.ts';
import {
  BY_RP,
  CHANGES,
  DEVICE_KEY,
  FORMAT_KEY,
  IDS,
  NUMBERS_KEY,
  placeNumber,
  RECORDS,
  RP_ORDER,
  RPS,
  SETTINGS_KEY,
  USERS,
} from './layout.ts';

/** Bytes of the check at the end of a value. */
const CHECK = 4;
/** Checks are added up modulo this. */
const SUM = 2 ** 48;

/** A value with its check behind it. */
export function withCheck(key: Uint8Array, body: Uint8Array): Uint8Array {
  const value = new Uint8Array(body.length + CHECK);
  value.set(body);
  new DataView(value.buffer).setUint32(body.length, crc32(body, crc32(key)));
  return value;
}

/** The check that follows a value. */
export function checkOf(value: Uint8Array): number {
  if (value.length < CHECK) return 0;
  return new DataView(value.buffer, value.byteOffset, value.length).getUint32(value.length - CHECK);
}

/** Whether a value is as it was written under its key. */
export function isWhole(key: Uint8Array, value: Uint8Array): boolean {
  return value.length >= CHECK && crc32(value.subarray(0, -CHECK), crc32(key)) === checkOf(value);
}

/** A value without its check, in memory of its own. @throws StuntkeyError `store-damaged` that names it */
export function bodyOf(key: Uint8Array, value: Uint8Array): Uint8Array {
  if (!isWhole(key, value)) throw hurt(key);
  return new Uint8Array(value.subarray(0, -CHECK));
}

/** What checks add up to after some were added and some taken away. */
export function addChecks(sum: number, difference: number): number {
  return (((sum + difference) % SUM) + SUM) % SUM;
}

function hurt(key: Uint8Array): Error {
  return storeError(
    'store-damaged',
    `${nameOf(key)} is not as it was written: it was changed from outside, or the disk is failing; stuntkey check shows what can still be read`,
  );
}

const NAMES: readonly (readonly [Uint8Array, string])[] = [
  [FORMAT_KEY, 'the format of the store'],
  [SETTINGS_KEY, 'the settings of the store'],
  [DEVICE_KEY, "the device's own state"],
  [NUMBERS_KEY, 'the counts of the store'],
  [RECORDS, 'the credential'],
  [IDS, 'the index of credential IDs'],
  [USERS, 'the index of users'],
  [BY_RP, 'the index of credentials by RP'],
  [RPS, 'the counts of RPs'],
  [RP_ORDER, 'the list of RPs'],
  [CHANGES, 'the list of changes'],
];

/** What lies under a key, in words. */
export function nameOf(key: Uint8Array): string {
  const name = NAMES.find(([tag]) => tag[0] === key[0])?.[1] ?? 'something that is not known';
  return key[0] === RECORDS[0] ? `${name} at place ${placeNumber(key)}` : name;
}

/** Whether only what lies there is lost with it; of anything else, others are not found any more. */
export function standsAlone(key: Uint8Array): boolean {
  return [SETTINGS_KEY, DEVICE_KEY, RECORDS].some((tag) => tag[0] === key[0]);
}
