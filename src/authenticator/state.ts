/** The device's own persistent state: how it begins, and how it is read. */
import { fromHex } from '../base/bytes.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { DeviceState } from '../store/device-state.ts';
import type { StoreReader, StoreTransaction } from '../store/store.ts';
import type { Policy } from './policy/type.ts';

/** The serialized large-blob array of a device never used: an empty CBOR array and 16 bytes of its SHA-256. */
const EMPTY_LARGE_BLOB_ARRAY = fromHex('8076be8b528d0075f7aae98d6fa57a6d3c');

/** PIN attempts in a row before only a reset helps, CTAP 2.3 section 6.5.2.2. */
export const MAX_PIN_RETRIES = 8;
/** Built-in verification attempts before a PIN is needed. */
export const MAX_UV_RETRIES = 5;

/**
 * The state of a device that leaves the factory, or a reset.
 *
 * @param wrappingSecret 32 bytes
 */
export function factoryState(
  policy: Policy,
  random: RandomSource,
  wrappingSecret: Uint8Array = random(32, 'wrapping-secret'),
): DeviceState {
  return {
    pinRetries: MAX_PIN_RETRIES,
    uvRetries: MAX_UV_RETRIES,
    uvCountSinceLastPinEntry: 0,
    forcePinChange: false,
    minPinLength: 4,
    minPinLengthRpIds: [],
    pinComplexityPolicy: policy.pinComplexityPolicy === 'on',
    alwaysUv: policy.alwaysUv === 'on' || policy.alwaysUv === 'forced',
    enterpriseAttestation: false,
    longTouchForReset: policy.longTouchForReset === 'on',
    deviceIdentifier: random(16, 'device-identifier'),
    credentialStoreState: random(16, 'credential-store-state'),
    wrappingSecret,
    globalSignCount: 0,
    largeBlobArray: EMPTY_LARGE_BLOB_ARRAY,
    fingerprints: [],
  };
}

/** The device's state, which its first command has seen to it that it is there. */
export function deviceState(reader: StoreReader): DeviceState {
  const state = reader.device();
  if (state === undefined) throw new Error('the store was emptied under a running authenticator');
  return state;
}

/**
 * A discoverable credential was made, changed or deleted: the state that encCredStoreState tells of is another one. Only who
 * has a persistent token can see that, so nothing is done before there is one.
 */
export function renewStoreState(
  { random }: { readonly random: RandomSource },
  transaction: StoreTransaction,
): void {
  const state = deviceState(transaction);
  if (state.persistentPinUvAuthToken === undefined) return;
  transaction.putDevice({ ...state, credentialStoreState: random(16, 'credential-store-state') });
}
