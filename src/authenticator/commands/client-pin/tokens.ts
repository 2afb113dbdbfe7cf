/** The three ways to a pinUvAuthToken, CTAP 2.3 section 6.5.5.7. */

import { run } from '../../../base/steps.ts';
import type { PinUvAuthProtocol } from '../../../crypto/pin-uv-auth-protocol.ts';
import type { ClientPinRequest, ClientPinResponse } from '../../../ctap/messages/client-pin.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CommandContext, Device } from '../../device.ts';
import { Permission } from '../../pin-uv-auth-token.ts';
import { deviceState } from '../../state.ts';
import { performBuiltInUv } from '../../steps/built-in-uv.ts';
import { protectionOf } from '../../steps/protection.ts';
import { protocolOf, requireMembers, sharedSecret } from './agreement.ts';
import { permissionsOf } from './permissions.ts';
import { requireAttempt, verifyPin } from './verify-pin.ts';

/** The prototype commands of before CTAP 2.1 knew no permissions either. */
const EVERYTHING_IN_2_0: number =
  Permission.makeCredential |
  Permission.getAssertion |
  Permission.credentialManagement |
  Permission.bioEnrollment;

/** getPinToken (0x05), as CTAP 2.0 has it: the permissions of old, bound to an RP ID when first used. */
export async function getPinToken(device: Device, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { pinUvAuthProtocol, keyAgreement, pinHashEnc } = requireMembers(
    request,
    'pinUvAuthProtocol',
    'keyAgreement',
    'pinHashEnc',
  );
  const protocol = protocolOf(device, pinUvAuthProtocol);
  if (request.permissions !== undefined || request.rpId !== undefined) {
    throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', 'getPinToken has neither permissions nor rpId');
  }
  requireAttempt(device);
  const secret = sharedSecret(protocol, keyAgreement);
  await verifyPin(device, protocol, secret, pinHashEnc);
  if (device.store.read(deviceState).forcePinChange) {
    throw new CtapError('CTAP2_ERR_PIN_INVALID', 'the PIN has to be changed first');
  }
  // A device of CTAP 2.0 has one token from one power-up to the next, and it opens everything.
  if (device.session.token.lasting) {
    const token = device.session.beginUsingToken(false, protocol.version, device.store.read(deviceState));
    token.assignPermissions(EVERYTHING_IN_2_0);
    return { pinUvAuthToken: protocol.encrypt(secret, token.value) };
  }
  const permissions = device.policy.noMcGaPermissionsWithClientPin
    ? 0
    : Permission.makeCredential | Permission.getAssertion;
  return issue(device, protocol, secret, { permissions, userPresent: false });
}

/** getPinUvAuthTokenUsingPinWithPermissions (0x09). */
export async function getTokenUsingPin(
  device: Device,
  request: ClientPinRequest,
): Promise<ClientPinResponse> {
  const { pinUvAuthProtocol, keyAgreement, pinHashEnc, rpId } = requireMembers(
    request,
    'pinUvAuthProtocol',
    'keyAgreement',
    'pinHashEnc',
    'permissions',
  );
  const protocol = protocolOf(device, pinUvAuthProtocol);
  const permissions = permissionsOf(device, request, 'pin');
  requireAttempt(device);
  const secret = sharedSecret(protocol, keyAgreement);
  await verifyPin(device, protocol, secret, pinHashEnc);
  if (device.store.read(deviceState).forcePinChange) {
    throw new CtapError('CTAP2_ERR_PIN_POLICY_VIOLATION', 'the PIN has to be changed first');
  }
  return issue(device, protocol, secret, { permissions, rpId, userPresent: false });
}

/** getPinUvAuthTokenUsingUvWithPermissions (0x06). */
export async function getTokenUsingUv(
  device: Device,
  request: ClientPinRequest,
  context: CommandContext,
): Promise<ClientPinResponse> {
  const { builtInUv } = protectionOf(device);
  const { pinUvAuthProtocol, keyAgreement, rpId } = requireMembers(
    request,
    'pinUvAuthProtocol',
    'keyAgreement',
    'permissions',
  );
  const protocol = protocolOf(device, pinUvAuthProtocol);
  const permissions = permissionsOf(device, request, 'uv');
  if (builtInUv === 'not-enabled') {
    throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'built-in user verification is not set up');
  }
  if (device.store.read(deviceState).uvRetries === 0) throw uvBlocked();
  const secret = sharedSecret(protocol, keyAgreement);
  // Where the platform counts attempts, one command is one of them.
  const internalRetry = device.policy.preferredPlatformUvAttempts === 1;
  const result = await run(performBuiltInUv(device, context, internalRetry, rpId));
  if (result === 'timeout')
    throw new CtapError('CTAP2_ERR_USER_ACTION_TIMEOUT', 'no user verification in time');
  if (result === 'declined') throw new CtapError('CTAP2_ERR_OPERATION_DENIED', 'the user declined');
  if (result === 'error') {
    if (device.store.read(deviceState).uvRetries === 0) throw uvBlocked();
    throw new CtapError('CTAP2_ERR_UV_INVALID', 'the user was not recognized');
  }
  return issue(device, protocol, secret, { permissions, rpId, userPresent: true });
}

function uvBlocked(): CtapError {
  return new CtapError('CTAP2_ERR_UV_BLOCKED', 'no attempts of built-in user verification are left');
}

interface Grant {
  readonly permissions: number;
  readonly rpId?: string | undefined;
  /** Whether the verification was itself evidence of user presence. */
  readonly userPresent: boolean;
}

/** A new token in use, or the persistent one, which only reads and stays as it is. */
async function issue(
  device: Device,
  protocol: PinUvAuthProtocol,
  secret: Uint8Array,
  { permissions, rpId, userPresent }: Grant,
): Promise<ClientPinResponse> {
  if (permissions === Permission.persistentCredentialManagementReadOnly) {
    const persistentPinUvAuthToken = await device.store.transaction((transaction) => {
      const state = deviceState(transaction);
      if (state.persistentPinUvAuthToken !== undefined) return state.persistentPinUvAuthToken;
      const made = device.random(32, 'persistent-token');
      transaction.putDevice({ ...state, persistentPinUvAuthToken: made });
      return made;
    });
    return { pinUvAuthToken: protocol.encrypt(secret, persistentPinUvAuthToken) };
  }
  device.session.resetToken();
  const token = device.session.beginUsingToken(userPresent, protocol.version, device.store.read(deviceState));
  token.assignPermissions(permissions);
  if (rpId !== undefined) token.bindRpId(rpId);
  return { pinUvAuthToken: protocol.encrypt(secret, token.value) };
}
