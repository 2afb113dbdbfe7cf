/** Packed attestation (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation). */
import type { CborValue } from '../../cbor/cbor.ts';
import { type AttestationFormat, attToBeSigned } from './format.ts';

export const packed: AttestationFormat = {
  fmt: 'packed',
  async attest(attestable) {
    const { engine, policy, enterprise, key } = attestable;
    // Self attestation is signed with the credential's own key. For enterprises, a certificate names the device.
    const self = policy.packedAttestation === 'self' && !enterprise;
    const identity = self
      ? { key, certificates: [] }
      : await attestable.identity({ fmt: 'packed', algorithm: policy.attestationAlgorithm });
    const sig = await engine.sign(identity.key, attToBeSigned(attestable));
    return new Map<string, CborValue>([
      ['alg', identity.key.algorithm],
      ['sig', sig],
      ...(self ? [] : [['x5c', [...identity.certificates]] as const]),
    ]);
  },
};
