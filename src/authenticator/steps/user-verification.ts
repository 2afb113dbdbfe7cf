/** User verification for makeCredential (step 11) and getAssertion (step 6), CTAP 2.3 sections 6.1.2 and 6.2.2. */
import type { Steps } from '../../base/steps.ts';
import { knows } from '../../ctap/level.ts';
import { CtapError } from '../../ctap/status.ts';
import type { CommandContext, Device } from '../device.ts';
import { deviceState } from '../state.ts';
import { verifyWithToken } from '../token-verification.ts';
import { performBuiltInUv } from './built-in-uv.ts';
import type { Protection } from './protection.ts';

/** What a ceremony shows about its user so far. */
export interface UserBits {
  readonly userVerified: boolean;
  /** Whether the way of verification was itself evidence of user presence. */
  readonly userPresent: boolean;
}

interface Ceremony {
  readonly rpId: string;
  readonly permission: number;
  readonly clientDataHash: Uint8Array;
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

/**
 * CTAP 2.0, sections 5.1 and 5.2: a pinAuth where no PIN is set is an error. Later editions ignore it.
 *
 * @throws CtapError CTAP2_ERR_PIN_NOT_SET
 */
export function refuseTokenWithoutPin(device: Device, protection: Protection, byToken: boolean): void {
  if (byToken && protection.clientPin !== 'set' && !knows(device.policy.ctap, '2.1')) {
    throw new CtapError('CTAP2_ERR_PIN_NOT_SET', 'pinAuth, and no PIN is set');
  }
}

/** With a pinUvAuthParam: the token must be ours, in use, verified, permitted and bound to this RP or to none yet. */
export function verifyUserByToken(device: Device, ceremony: Ceremony): UserBits {
  const token = verifyWithToken(device, ceremony, ceremony.clientDataHash);
  if (!token.has(ceremony.permission)) throw refused('the token lacks the permission');
  if (token.rpId !== undefined && token.rpId !== ceremony.rpId)
    throw refused('the token is bound to another RP ID');
  if (!token.userVerified) throw refused('the token no longer stands for a verified user');
  token.bindRpId(ceremony.rpId);
  return { userVerified: true, userPresent: false };
}

function refused(why: string): CtapError {
  return new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', why);
}

/** With the option "uv": the device recognizes its user itself. */
export function* verifyUserBuiltIn(
  device: Device,
  context: CommandContext,
  rpId: string,
  protection: Protection,
): Steps<UserBits> {
  const result = yield* performBuiltInUv(device, context, true, rpId);
  if (result === 'success') return { userVerified: true, userPresent: true };
  if (result === 'timeout')
    throw new CtapError('CTAP2_ERR_USER_ACTION_TIMEOUT', 'no user verification in time');
  if (result === 'declined') throw new CtapError('CTAP2_ERR_OPERATION_DENIED', 'the user declined');
  // Another way in, where there is one: the platform may ask for the PIN.
  if (protection.clientPin === 'set' && !device.policy.noMcGaPermissionsWithClientPin) {
    throw new CtapError('CTAP2_ERR_PUAT_REQUIRED', 'user verification failed; a PIN can give it');
  }
  if (device.store.read(deviceState).uvRetries === 0) {
    throw new CtapError('CTAP2_ERR_PIN_BLOCKED', 'no attempts of built-in user verification are left');
  }
  throw new CtapError('CTAP2_ERR_OPERATION_DENIED', 'user verification failed');
}
