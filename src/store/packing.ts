/**
 * Packs credential records and device state into byte strings for a store, and unpacks them. CBOR maps with short keys, which are
 * part of the stored form: never renumber keys, only add, and with every new key raise the version of durable stores, so
 * that a program which does not know it refuses the store.
 */
import { type CborKey, type CborMap, type CborValue, decodeTrusted, encodeCbor } from '../cbor/cbor.ts';
import { CborWriter } from '../cbor/writer.ts';
import type { DeviceState, Fingerprint } from './device-state.ts';
import type { CredentialRecord } from './record.ts';

type Field = keyof CredentialRecord;

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
  [23, 'userIcon'],
];

/** Packs a record, or a part of one. */
export function packRecord(record: Partial<CredentialRecord>): Uint8Array {
  return CborWriter.written((to) => {
    let members = 0;
    const place = to.openMap();
    for (const [key, field] of FIELDS) {
      const value = record[field];
      if (value === undefined) continue;
      to.value(key);
      to.value(value);
      members++;
    }
    to.closeMap(place, members);
  });
}

/** Unpacks what {@link packRecord} packed. Byte strings of the record share the memory of `packed`. */
export function unpackRecord(packed: Uint8Array): CredentialRecord {
  const map = decodeTrusted(packed) as CborMap;
  const record: Partial<Record<Field, unknown>> = {};
  for (const [key, field] of FIELDS) {
    const value = map.get(key);
    if (value !== undefined) record[field] = value;
  }
  return record as unknown as CredentialRecord;
}

const DEVICE_FIELDS: readonly (readonly [number, Exclude<keyof DeviceState, 'fingerprints'>])[] = [
  [1, 'pinHash'],
  [2, 'pinCodePoints'],
  [3, 'pinRetries'],
  [4, 'uvRetries'],
  [5, 'uvCountSinceLastPinEntry'],
  [6, 'forcePinChange'],
  [7, 'minPinLength'],
  [8, 'minPinLengthRpIds'],
  [9, 'pinComplexityPolicy'],
  [10, 'alwaysUv'],
  [11, 'enterpriseAttestation'],
  [12, 'longTouchForReset'],
  [13, 'persistentPinUvAuthToken'],
  [14, 'deviceIdentifier'],
  [15, 'credentialStoreState'],
  [16, 'wrappingSecret'],
  [17, 'globalSignCount'],
  [18, 'largeBlobArray'],
];
const FINGERPRINTS = 19;

/** Packs the device's own state. */
export function packDevice(state: DeviceState): Uint8Array {
  const map = new Map<CborKey, CborValue>();
  for (const [key, field] of DEVICE_FIELDS) {
    const value = state[field];
    if (value !== undefined) map.set(key, value as CborValue);
  }
  map.set(
    FINGERPRINTS,
    state.fingerprints.map(({ templateId, friendlyName }) =>
      friendlyName === undefined ? [templateId] : [templateId, friendlyName],
    ),
  );
  return encodeCbor(map);
}

/** Unpacks what {@link packDevice} packed. Byte strings of the state share the memory of `packed`. */
export function unpackDevice(packed: Uint8Array): DeviceState {
  const map = decodeTrusted(packed) as CborMap;
  const state: Partial<Record<keyof DeviceState, unknown>> = {};
  for (const [key, field] of DEVICE_FIELDS) {
    const value = map.get(key);
    if (value !== undefined) state[field] = value;
  }
  const fingerprints = map.get(FINGERPRINTS) as readonly (readonly [Uint8Array, string?])[];
  state.fingerprints = fingerprints.map(
    ([templateId, friendlyName]): Fingerprint => ({
      templateId,
      ...(friendlyName !== undefined && { friendlyName }),
    }),
  );
  return state as unknown as DeviceState;
}
