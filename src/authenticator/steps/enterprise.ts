/** Step 9 of makeCredential, CTAP 2.3 sections 6.1.2 and 7.1: may the attestation tell which device this is? */
import type { MakeCredentialRequest } from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Device } from '../device.ts';
import { deviceState } from '../state.ts';

/** Who decides, as the request says. */
const EnterpriseAttestation = { vendorFacilitated: 1, platformManaged: 2 } as const;

/**
 * Whether the credential gets an enterprise attestation. An RP that may not have one gets an ordinary attestation.
 *
 * @throws CtapError CTAP1_ERR_INVALID_PARAMETER unless the feature is there and enabled, whatever the value;
 *   CTAP2_ERR_INVALID_OPTION for a value that there is not
 */
export function grantsEnterpriseAttestation(device: Device, request: MakeCredentialRequest): boolean {
  const { enterpriseAttestation: asked, attestationFormatsPreference, rp } = request;
  if (asked === undefined) return false;
  const { policy, store } = device;
  if (!policy.enterpriseAttestation || !store.read(deviceState).enterpriseAttestation) {
    throw new CtapError(
      'CTAP1_ERR_INVALID_PARAMETER',
      'enterprise attestation is not supported, or not enabled',
    );
  }
  if (asked !== EnterpriseAttestation.vendorFacilitated && asked !== EnterpriseAttestation.platformManaged) {
    throw new CtapError('CTAP2_ERR_INVALID_OPTION', `enterpriseAttestation: expected 1 or 2, got ${asked}`);
  }
  // An RP that wants no statement cannot get one that names the device.
  if (attestationFormatsPreference?.length === 1 && attestationFormatsPreference[0] === 'none') return false;
  if (asked === EnterpriseAttestation.platformManaged && policy.platformManagedEnterpriseAttestation) {
    return true;
  }
  return policy.enterpriseRpIds.includes(rp.id);
}
