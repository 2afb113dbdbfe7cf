/** authenticatorGetAssertion (0x02), CTAP 2.3 section 6.2. The numbers are those of section 6.2.2's algorithm. */

import type { Steps } from '../../base/steps.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { knows } from '../../ctap/level.ts';
import type { GetAssertionRequest, GetAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import { CtapError } from '../../ctap/status.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { makeAssertion } from '../assertion.ts';
import { firstOf } from '../credential-source.ts';
import type { CommandContext, Device, Outcome } from '../device.ts';
import { CredProtect } from '../extensions/cred-protect.ts';
import { Permission } from '../pin-uv-auth-token.ts';
import { answerDeviceSelection } from '../steps/device-selection.ts';
import { requireBuiltInUv, requireListWithinLimit, requireSupportedProtocol } from '../steps/parameters.ts';
import { type Protection, protectionOf, verificationRequired } from '../steps/protection.ts';
import { requireUserPresence } from '../steps/user-presence.ts';
import {
  refuseTokenWithoutPin,
  type UserBits,
  verifyUserBuiltIn,
  verifyUserByToken,
} from '../steps/user-verification.ts';

export function* authenticatorGetAssertion(
  device: Device,
  request: GetAssertionRequest,
  context: CommandContext,
): Steps<Outcome<GetAssertionResponse>> {
  const { session } = device;
  const rpIdHash = rpIdHashOf(request.rpId);

  // 1. An empty pinUvAuthParam only asks for a touch.
  if (request.pinUvAuthParam?.length === 0) yield* answerDeviceSelection(device, context);

  // 2. A pinUvAuthParam needs a protocol that is supported.
  requireSupportedProtocol(device, request);
  requireListWithinLimit(device, 'allowList', request.allowList);

  // 3. to 5. Options, and whether they can be met.
  const protection = protectionOf(device);
  const byToken = request.pinUvAuthParam !== undefined;
  const up = readOptions(device, request, protection);
  const uv = wantsBuiltInUv(request, protection, up);
  if (protection.alwaysUv && up && (!protection.isProtected || !(byToken || uv))) {
    throw verificationRequired(device, protection.clientPin !== 'unsupported');
  }

  // 6. User verification.
  let user: UserBits = { userVerified: false, userPresent: false };
  refuseTokenWithoutPin(device, protection, byToken);
  if (protection.isProtected) {
    if (byToken) {
      user = verifyUserByToken(device, { ...request, permission: Permission.getAssertion });
    } else if (uv) {
      user = yield* verifyUserBuiltIn(device, context, request.rpId, protection);
    }
  }

  // 7. Which credentials? None is said without asking for a touch.
  const { first, count } = locate(device, request, rpIdHash, user.userVerified);
  if (first === undefined) {
    // (CTAP 2.0, section 5.2, asks for the touch before.)
    if (up && !user.userPresent && !knows(device.policy.ctap, '2.1')) {
      yield* requireUserPresence(device, context, request.rpId);
    }
    throw new CtapError('CTAP2_ERR_NO_CREDENTIALS', `no applicable credential for ${request.rpId}`);
  }

  // 8. and 9. User presence, unless the verification was itself evidence of it; then the token's flags are used up.
  let { userPresent } = user;
  if (up && !userPresent) {
    if (!(byToken && session.token.userPresent)) yield* requireUserPresence(device, context, request.rpId);
    userPresent = true;
    if (byToken) session.token.clearAfterUserPresence();
  }

  // 10. and 13. Extensions, counter, signature.
  const bits = { userPresent, userVerified: user.userVerified };
  const outcome = yield* makeAssertion(device, context, request, first, {
    ...bits,
    ...(count > 1 && { numberOfCredentials: count }),
  });

  // 12. Several accounts, and no display to choose from: the others by authenticatorGetNextAssertion. (Behind the rest, because
  // nothing is remembered of a command that failed: section 6.3 step 1.)
  if (count > 1) {
    session.continuation = {
      kind: 'assertions',
      request,
      rpIdHash,
      ...bits,
      numberOfCredentials: count,
      credentialCounter: 1,
      lastAt: device.clock.now(),
    };
  }
  return outcome;
}

/** Step 4: what is asked for must be supported. Returns whether presence is to be tested. */
function readOptions(device: Device, request: GetAssertionRequest, protection: Protection): boolean {
  const { rk, up, uv } = request.options ?? {};
  if (uv === true && request.pinUvAuthParam === undefined) requireBuiltInUv(device, protection);
  if (rk !== undefined) {
    // CTAP 2.0, section 5.2: "known, but not valid for this command".
    const status = knows(device.policy.ctap, '2.1')
      ? 'CTAP2_ERR_UNSUPPORTED_OPTION'
      : 'CTAP2_ERR_INVALID_OPTION';
    throw new CtapError(status, 'rk is not an option of getAssertion');
  }
  return up ?? true;
}

/** Steps 4 and 5: the option "uv", which alwaysUv adds when presence is tested. (Step 6 looks at a pinUvAuthParam first.) */
function wantsBuiltInUv(request: GetAssertionRequest, protection: Protection, up: boolean): boolean {
  return request.options?.uv === true || (protection.alwaysUv && up && protection.builtInUv === 'enabled');
}

/** Step 7, and with it the choice of step 11: the first of the list, which is then the only one, or the newest of all, and how many there are. */
function locate(
  device: Device,
  request: GetAssertionRequest,
  rpIdHash: Uint8Array,
  userVerified: boolean,
): { first: CredentialRecord | undefined; count: number } {
  const { allowList } = request;
  return device.store.read((reader) => {
    if (allowList !== undefined && allowList.length > 0) {
      return { first: firstOf(allowList, reader, device.policy, rpIdHash, userVerified), count: 1 };
    }
    let first: CredentialRecord | undefined;
    if (userVerified) {
      for (first of reader.discoverable(rpIdHash)) break;
      return { first, count: reader.countDiscoverable(rpIdHash) };
    }
    let count = 0;
    for (const credential of reader.discoverable(rpIdHash)) {
      if (credential.credProtect !== CredProtect.userVerificationOptional) continue;
      first ??= credential;
      count++;
    }
    return { first, count };
  });
}
