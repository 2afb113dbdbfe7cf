/**
 * A credential record as one byte string and back: what a store keeps per credential. The signature counter comes
 * first, four bytes big-endian, so that it can change without the rest; then a CBOR map.
 */
import { type CborKey, type CborMap, type CborValue, decodeTrusted, encodeBehind } from '../codec/cbor.ts';
import type { CredentialRecord } from './record.ts';

type Field = keyof CredentialRecord;

/** Keys are part of the stored form: never renumber, only add. */
const FIELDS: readonly (readonly [number, Field])[] = [
  [1, 'id'],
  [2, 'rpId'],
  [3, 'rpIdHash'],
  [4, 'rpName'],
  [5, 'algorithm'],
  [6, 'privateKey'],
  [7, 'publicKey'],
  [8, 'discoverable'],
  [9, 'userId'],
  [10, 'userName'],
  [11, 'userDisplayName'],
  [12, 'backupEligible'],
  [13, 'backupState'],
  [14, 'credProtect'],
  [15, 'credRandom'],
  [16, 'credBlob'],
  [17, 'largeBlobKey'],
  [18, 'largeBlob'],
  [19, 'largeBlobOriginalSize'],
  [20, 'largeBlobSupported'],
  [21, 'thirdPartyPayment'],
];

/** Packs a record into bytes of its own. */
export function packRecord(record: CredentialRecord): Uint8Array {
  const map = new Map<CborKey, CborValue>();
  for (const [key, field] of FIELDS) {
    const value = record[field];
    if (value !== undefined) map.set(key, value);
  }
  const packed = encodeBehind(4, map);
  patchSignCount(packed, record.signCount);
  return packed;
}

/** Writes another signature counter into a packed record, in place. */
export function patchSignCount(packed: Uint8Array, signCount: number): void {
  packed[0] = signCount >>> 24;
  packed[1] = signCount >>> 16;
  packed[2] = signCount >>> 8;
  packed[3] = signCount;
}

function readSignCount(packed: Uint8Array): number {
  return new DataView(packed.buffer, packed.byteOffset, 4).getUint32(0);
}

/** Unpacks what {@link packRecord} packed. Byte strings of the record alias `packed`. */
export function unpackRecord(packed: Uint8Array): CredentialRecord {
  const map = decodeTrusted(packed.subarray(4)) as CborMap;
  const record: Partial<Record<Field, unknown>> = { signCount: readSignCount(packed) };
  for (const [key, field] of FIELDS) {
    const value = map.get(key);
    if (value !== undefined) record[field] = value;
  }
  return record as unknown as CredentialRecord;
}
