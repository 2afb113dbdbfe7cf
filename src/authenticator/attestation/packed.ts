/** Packed self attestation (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation): signed with the credential's own key. */
import { concat } from '../../codec/bytes.ts';
import type { AttestationFormat } from './format.ts';

export const packed: AttestationFormat = {
  fmt: 'packed',
  async attest({ device, authData, clientDataHash, key }) {
    const sig = await device.engine.sign(key, concat(authData, clientDataHash));
    return new Map<string, number | Uint8Array>([
      ['alg', key.algorithm],
      ['sig', sig],
    ]);
  },
};
