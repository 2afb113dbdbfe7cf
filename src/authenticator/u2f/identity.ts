/** The signer of U2F registrations: a key of the batch, under one certificate. */
import type { AttestationIdentity } from '../../authority/identity.ts';
import type { Device } from '../device.ts';

/** The identity; the first time the authority loads ASN.1 for it, and issues the certificate. */
export function u2fIdentity({ attestation, policy }: Device): Promise<AttestationIdentity> {
  const { aaguid, attestationBatch: batch } = policy;
  return attestation.identity({ fmt: 'fido-u2f', aaguid, batch, alone: true });
}
