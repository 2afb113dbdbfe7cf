/** The tokens that may read, and that may change, the credentials of a device, CTAP 2.3 section 6.8. */
import { equal } from '../../../base/bytes.ts';
import { rpIdHashOf } from '../../../crypto/hash.ts';
import type { CredentialManagementRequest } from '../../../ctap/messages/credential-management.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CredentialRecord } from '../../../store/record.ts';
import type { StoreReader } from '../../../store/store.ts';
import type { Device } from '../../device.ts';
import { Permission, type PinUvAuthToken } from '../../pin-uv-auth-token.ts';
import { deviceState } from '../../state.ts';
import { authorize, refused, requirePinUvAuthParam, subCommandMessage } from '../../steps/authorize.ts';
import { requireSupportedProtocol } from '../../steps/parameters.ts';

/**
 * For subcommands that only read: a persistent token will do, or a token with the permission "cm" that is bound to no RP,
 * or to the one that is read about.
 *
 * @param rpIdHash the RP concerned, 32 bytes; absent when all are
 */
export function authorizeReading(
  device: Device,
  request: CredentialManagementRequest,
  rpIdHash?: Uint8Array,
): void {
  requirePinUvAuthParam(request);
  requireSupportedProtocol(device, request);
  if (isPersistentToken(device, request)) return;
  const token = authorizeChanging(device, request);
  if (token.rpId !== undefined && (rpIdHash === undefined || !equal(rpIdHashOf(token.rpId), rpIdHash))) {
    throw refused('the token is bound to an RP ID');
  }
}

/** For every other subcommand: a token with the permission "cm". */
export function authorizeChanging(device: Device, request: CredentialManagementRequest): PinUvAuthToken {
  return authorize(device, request, Permission.credentialManagement, messageOf(request));
}

function messageOf({ subCommand, subCommandParams }: CredentialManagementRequest): Uint8Array {
  return subCommandMessage(Uint8Array.of(subCommand), subCommandParams);
}

/** verify(persistentPinUvAuthToken, …): its only permission is "pcmr", it is bound to no RP, and it does not age. */
function isPersistentToken(device: Device, request: CredentialManagementRequest): boolean {
  const token = device.store.read(deviceState).persistentPinUvAuthToken;
  if (!device.policy.perCredMgmtRO || token === undefined || request.pinUvAuthParam === undefined)
    return false;
  const protocol = device.session.protocol(request.pinUvAuthProtocol ?? 0);
  return protocol?.verify(token, messageOf(request), request.pinUvAuthParam) === true;
}

/**
 * The discoverable credential that is to be changed.
 *
 * @throws CtapError CTAP2_ERR_PIN_AUTH_INVALID when the token is bound to another RP, or to one and there is no such
 *   credential (a bound token does not learn of other RPs' credentials); CTAP2_ERR_NO_CREDENTIALS when it is bound to none
 */
export function credentialToChange(
  reader: StoreReader,
  descriptor: { readonly id: Uint8Array; readonly type: string },
  token: PinUvAuthToken,
): CredentialRecord {
  const record = descriptor.type === 'public-key' ? reader.get(descriptor.id) : undefined;
  const found = record?.discoverable ? record : undefined;
  const { rpId } = token;
  if (rpId !== undefined && (found === undefined || !equal(rpIdHashOf(rpId), found.rpIdHash))) {
    throw refused('the token is bound to another RP ID');
  }
  if (found === undefined) throw new CtapError('CTAP2_ERR_NO_CREDENTIALS', 'no such discoverable credential');
  return found;
}
