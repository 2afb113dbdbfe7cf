/**
 * encIdentifier and encCredStoreState, CTAP 2.3 section 6.4: a platform that holds the persistent token can tell that it is the same
 * device, and whether its credentials changed. No other platform can, as no two answers are the same.
 */
import { concat } from '../../../base/bytes.ts';
import { deriveKey, encryptCbc } from '../../../crypto/symmetric.ts';
import { knows } from '../../../ctap/level.ts';
import type { GetInfoResponse } from '../../../ctap/messages/get-info.ts';
import type { Device } from '../../device.ts';
import { deviceState } from '../../state.ts';

/** An IV of 16 bytes, then the 16-byte value under AES-128-CBC. */
function encrypted(device: Device, token: Uint8Array, info: string, value: Uint8Array): Uint8Array {
  const iv = device.random(16, info);
  return concat(iv, encryptCbc(deriveKey(token, info, 16), iv, value));
}

/** Both, while there is a persistent token. */
export function encryptedIdentifiers(
  device: Device,
): Pick<GetInfoResponse, 'encIdentifier' | 'encCredStoreState'> {
  const state = device.store.read(deviceState);
  const token = state.persistentPinUvAuthToken;
  if (token === undefined) return {};
  return {
    encIdentifier: encrypted(device, token, 'encIdentifier', state.deviceIdentifier),
    ...(knows(device.policy.ctap, '2.3') && {
      encCredStoreState: encrypted(device, token, 'encCredStoreState', state.credentialStoreState),
    }),
  };
}
