/** A credential record as one byte string and back: what a store keeps per credential. A CBOR map with short keys. */
import { type CborKey, type CborMap, type CborValue, decodeTrusted, encodeCbor } from '../codec/cbor.ts';
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
  [22, 'signCount'],
];

/** Packs a record, or what there is of it. */
export function packRecord(record: Partial<CredentialRecord>): Uint8Array {
  const map = new Map<CborKey, CborValue>();
  for (const [key, field] of FIELDS) {
    const value = record[field];
    if (value !== undefined) map.set(key, value);
  }
  return encodeCbor(map);
}

/** Unpacks what {@link packRecord} packed. Byte strings of the record alias `packed`. */
export function unpackRecord(packed: Uint8Array): CredentialRecord {
  const map = decodeTrusted(packed) as CborMap;
  const record: Partial<Record<Field, unknown>> = {};
  for (const [key, field] of FIELDS) {
    const value = map.get(key);
    if (value !== undefined) record[field] = value;
  }
  return record as unknown as CredentialRecord;
}
