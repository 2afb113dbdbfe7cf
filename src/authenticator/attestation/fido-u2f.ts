/** FIDO U2F attestation (https://www.w3.org/TR/webauthn-3/#sctn-fido-u2f-attestation): for P-256 keys, with one certificate. */
import { concat } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { CtapError } from '../../ctap/status.ts';
import type { AttestationFormat } from './format.ts';

const ES256 = -7;

export const fidoU2f: AttestationFormat = {
  fmt: 'fido-u2f',
  async attest(attestable) {
    const { engine, rpIdHash, clientDataHash, credentialId, key } = attestable;
    if (key.algorithm !== ES256) {
      throw new CtapError('CTAP2_ERR_UNSUPPORTED_ALGORITHM', 'fido-u2f attests keys of ES256 only');
    }
    const identity = await attestable.identity({ fmt: 'fido-u2f', alone: true });
    const signed = concat(
      Uint8Array.of(0),
      rpIdHash,
      clientDataHash,
      credentialId,
      Uint8Array.of(4),
      key.public,
    );
    return new Map<string, CborValue>([
      ['sig', await engine.sign(identity.key, signed)],
      ['x5c', [...identity.certificates]],
    ]);
  },
};
