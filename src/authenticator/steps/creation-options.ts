/** Steps 5 to 8 of makeCredential, CTAP 2.3 section 6.1.2: what is asked for, and whether it can be met. */
import { knows } from '../../ctap/level.ts';
import type { MakeCredentialRequest } from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Device } from '../device.ts';
import { requireBuiltInUv } from './parameters.ts';
import { type Protection, verificationRequired } from './protection.ts';

/** What a request to make a credential comes to. */
export interface CreationOptions {
  /** Whether the credential is to be discoverable. */
  readonly rk: boolean;
  /** Whether the device is to verify its user itself. */
  readonly uv: boolean;
}

/** Reads the options, and refuses what cannot be met. */
export function readCreationOptions(
  device: Device,
  request: MakeCredentialRequest,
  protection: Protection,
): CreationOptions {
  const { rk, up, uv } = request.options ?? {};
  // 5. What is asked for must be supported.
  if (uv === true && request.pinUvAuthParam === undefined) requireBuiltInUv(device, protection);
  if (rk !== undefined && device.policy.discoverableCapacity === 0) {
    throw new CtapError('CTAP2_ERR_UNSUPPORTED_OPTION', 'rk: discoverable credentials are not supported');
  }
  // (CTAP 2.0 knows the option for assertions only.)
  if (up === false || (up === true && !knows(device.policy.ctap, '2.1'))) {
    throw new CtapError('CTAP2_ERR_INVALID_OPTION', 'up: presence is always tested');
  }
  // 5. and 6.3. Verification by the device itself, which alwaysUv adds. (Step 11 looks at a pinUvAuthParam first.)
  const options = {
    rk: rk ?? false,
    uv: uv === true || (protection.alwaysUv && protection.builtInUv === 'enabled'),
  };
  requireVerificationWhereNeeded(device, protection, request, options);
  return options;
}

/** Steps 6 to 8: verification that the device demands and the request does not bring. */
function requireVerificationWhereNeeded(
  device: Device,
  protection: Protection,
  request: MakeCredentialRequest,
  { rk, uv }: CreationOptions,
): void {
  const { alwaysUv, clientPin, isProtected, makeCredUvNotRqd } = protection;
  const brings = request.pinUvAuthParam !== undefined || uv;
  if (alwaysUv && (!isProtected || !brings)) throw verificationRequired(device, clientPin !== 'unsupported');
  if (brings || !isProtected) return;
  // CTAP 2.0, section 5.1: only a PIN that is set has to be used.
  if (!knows(device.policy.ctap, '2.1') && clientPin !== 'set') return;
  if (rk || !makeCredUvNotRqd) throw verificationRequired(device, clientPin === 'set');
}
