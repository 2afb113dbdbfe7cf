/** Which permissions a token may have, CTAP 2.3 section 6.5.5.7. */
import type { ClientPinRequest } from '../../../ctap/messages/client-pin.ts';
import { CtapError } from '../../../ctap/status.ts';
import { capabilitiesOf } from '../../capabilities.ts';
import type { Device } from '../../device.ts';
import { Permission } from '../../pin-uv-auth-token.ts';

const KNOWN: number = Object.values(Permission).reduce<number>((bits, bit) => bits | bit, 0);
const NEEDS_RP_ID: number = Permission.makeCredential | Permission.getAssertion;

/**
 * The permissions asked for, undefined bits left out.
 *
 * @param by how the user is verified: a PIN opens more than a built-in method
 * @throws CtapError CTAP1_ERR_INVALID_PARAMETER for none, CTAP2_ERR_UNAUTHORIZED_PERMISSION for one that cannot be had,
 *   CTAP2_ERR_MISSING_PARAMETER for one that needs an RP ID
 */
export function permissionsOf(device: Device, request: ClientPinRequest, by: 'pin' | 'uv'): number {
  const asked = request.permissions ?? 0;
  if (asked === 0) throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', 'permissions: expected at least one');
  const permissions = asked & KNOWN;
  for (const bit of Object.values(Permission)) {
    if ((permissions & bit) !== 0 && !isAuthorized(device, bit, by)) {
      throw new CtapError(
        'CTAP2_ERR_UNAUTHORIZED_PERMISSION',
        `permission 0x${bit.toString(16)} is not available`,
      );
    }
  }
  const persistent = Permission.persistentCredentialManagementReadOnly;
  if ((permissions & persistent) !== 0 && permissions !== persistent) {
    throw new CtapError(
      'CTAP2_ERR_UNAUTHORIZED_PERMISSION',
      'the persistent permission cannot be combined with others',
    );
  }
  if ((permissions & NEEDS_RP_ID) !== 0 && request.rpId === undefined) {
    throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', 'rpId is missing');
  }
  return permissions;
}

function isAuthorized({ policy }: Device, bit: number, by: 'pin' | 'uv'): boolean {
  const { credMgmt, bioEnroll, largeBlobs, authnrCfg } = capabilitiesOf(policy);
  switch (bit) {
    case Permission.credentialManagement:
      return credMgmt;
    case Permission.persistentCredentialManagementReadOnly:
      return credMgmt && policy.perCredMgmtRO;
    case Permission.largeBlobWrite:
      return largeBlobs;
    case Permission.bioEnrollment:
      return bioEnroll && (by === 'pin' || policy.uvBioEnroll);
    case Permission.authenticatorConfiguration:
      return authnrCfg && (by === 'pin' || policy.uvAcfg);
    default:
      return by === 'uv' || !policy.noMcGaPermissionsWithClientPin;
  }
}
