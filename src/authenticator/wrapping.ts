/**
 * Credentials that travel in their own IDs. What a device would store of a credential is sealed (AES-256-GCM) under a key that
 * follows from the device's secret, bound to the RP ID, and given out as the credential ID: nothing is kept, and any device
 * with the same secret answers for it. An ID is a nonce of 12 bytes, the sealed record, and a tag of 16.
 */
import { concat, utf8 } from '../base/bytes.ts';
import { algorithmOf } from '../crypto/algorithms.ts';
import { compactSecret, signingKeyOf } from '../crypto/compact.ts';
import { CryptoError } from '../crypto/error.ts';
import { deriveKey, seal, unseal } from '../crypto/symmetric.ts';
import { packRecord, unpackRecord } from '../store/packing.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { StoreReader } from '../store/store.ts';
import type { Device } from './device.ts';
import { deviceState } from './state.ts';

const NONCE = 12;
const TAG = 16;
/** What no wrapped credential ID is longer than: RSA's primes and two extensions' secrets fit in. */
export const MAX_WRAPPED_ID = 512;

/** What is sealed: the rest is as usual. */
type Sealed = Pick<CredentialRecord, 'algorithm' | 'privateKey'> & Partial<CredentialRecord>;

/** What the wrapping is for; a sealed value from anywhere else does not open. */
const PURPOSE = 'stuntkey wrapped credential 1';

/** A key per secret: deriving it costs more than opening an ID. */
const keys = new WeakMap<Uint8Array, Uint8Array>();

function keyOf(wrappingSecret: Uint8Array): Uint8Array {
  let key = keys.get(wrappingSecret);
  if (key === undefined) {
    key = deriveKey(wrappingSecret, PURPOSE, 32);
    keys.set(wrappingSecret, key);
  }
  return key;
}

function boundTo(rpIdHash: Uint8Array): Uint8Array {
  return concat(utf8(PURPOSE), rpIdHash);
}

/** The ID that a credential travels in. What the ID itself, the request or the key tells again is left out of it. */
export function wrappedId(device: Device, record: CredentialRecord): Uint8Array {
  const { algorithm, privateKey, credProtect, credRandom, backupEligible, backupState, thirdPartyPayment } =
    record;
  const packed = packRecord({
    algorithm,
    privateKey: compactSecret(algorithmOf(algorithm), privateKey),
    ...(credProtect !== 1 && { credProtect }),
    ...(credRandom !== undefined && { credRandom }),
    ...(backupEligible && { backupEligible }),
    ...(backupState && { backupState }),
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
  });
  const nonce = device.random(NONCE, 'wrapping-nonce');
  const { wrappingSecret } = device.store.read(deviceState);
  return concat(nonce, seal(keyOf(wrappingSecret), nonce, packed, boundTo(record.rpIdHash)));
}

/**
 * The credential in an ID; undefined for one that is not this device's, is bound to another RP, or was changed.
 *
 * @param rpIdHash 32 bytes
 */
export function unwrapped(
  reader: StoreReader,
  id: Uint8Array,
  rpIdHash: Uint8Array,
): CredentialRecord | undefined {
  if (id.length <= NONCE + TAG || id.length > MAX_WRAPPED_ID) return undefined;
  const key = keyOf(deviceState(reader).wrappingSecret);
  let packed: Uint8Array;
  try {
    packed = unseal(key, id.subarray(0, NONCE), id.subarray(NONCE), boundTo(rpIdHash));
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
  const { algorithm, privateKey, ...rest } = unpackRecord(packed) as Sealed;
  const pair = signingKeyOf(algorithmOf(algorithm), privateKey);
  return {
    backupEligible: false,
    backupState: false,
    credProtect: 1,
    ...rest,
    id: new Uint8Array(id),
    rpIdHash,
    algorithm,
    privateKey: pair.secret,
    publicKey: pair.public,
    discoverable: false,
    signCount: 0,
  };
}
