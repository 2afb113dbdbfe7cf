/**
 * Packed attestation (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation): signed with the credential's own key, or for
 * enterprises with one that names the device.
 */
import { concat } from '../../codec/bytes.ts';
import type { CborValue } from '../../codec/cbor.ts';
import type { AttestationFormat } from './format.ts';
import { attestationIdentity } from './identity.ts';

export const packed: AttestationFormat = {
  fmt: 'packed',
  async attest({ device, authData, clientDataHash, enterprise, key }) {
    if (enterprise) {
      const identity = await attestationIdentity(device, { enterprise });
      const sig = await device.engine.sign(identity.key, concat(authData, clientDataHash));
      return new Map<string, CborValue>([
        ['alg', identity.key.algorithm],
        ['sig', sig],
        ['x5c', [...identity.certificates]],
      ]);
    }
    const sig = await device.engine.sign(key, concat(authData, clientDataHash));
    return new Map<string, number | Uint8Array>([
      ['alg', key.algorithm],
      ['sig', sig],
    ]);
  },
};
