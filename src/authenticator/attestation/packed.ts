/** Packed attestation (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation). */
import type { AttestationIdentity } from '../../authority/identity.ts';
import { isBytes } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { type Attestable, type AttestationFormat, attToBeSigned } from './format.ts';

export const packed: AttestationFormat = {
  fmt: 'packed',
  attest(attestable) {
    const { policy, enterprise, key } = attestable;
    // Self attestation is signed with the credential's own key. For enterprises, a certificate names the device.
    const self = policy.packedAttestation === 'self' && !enterprise;
    if (self) return signed(attestable, { key, certificates: [] });
    const identity = attestable.identity({ fmt: 'packed', algorithm: policy.attestationAlgorithm });
    return Promise.resolve(identity).then((one) => signed(attestable, one));
  },
};

function signed(
  attestable: Attestable,
  { key, certificates }: AttestationIdentity,
): CborValue | Promise<CborValue> {
  const statement = (sig: Uint8Array): CborValue =>
    new Map<string, CborValue>([
      ['alg', key.algorithm],
      ['sig', sig],
      ...(certificates.length === 0 ? [] : [['x5c', [...certificates]] as const]),
    ]);
  const sig = attestable.engine.sign(key, attToBeSigned(attestable));
  return isBytes(sig) ? statement(sig) : sig.then(statement);
}
