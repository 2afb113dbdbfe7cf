/** authenticatorGetNextAssertion (0x08), CTAP 2.3 section 6.3: the next account of the last getAssertion. */
import type { Steps } from '../../base/steps.ts';
import type { GetAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import { CtapError } from '../../ctap/status.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { makeAssertion } from '../assertion.ts';
import type { CommandContext, Device, Outcome } from '../device.ts';
import { CredProtect } from '../extensions/cred-protect.ts';
import { CONTINUATION_TIMEOUT, type RememberedAssertions } from '../session.ts';

export function* authenticatorGetNextAssertion(
  device: Device,
  context: CommandContext,
): Steps<Outcome<GetAssertionResponse>> {
  const { session } = device;
  const remembered = session.continuation;

  // 1. There must be something to go on with.
  if (remembered?.kind !== 'assertions') throw notAllowed('no getAssertion to continue');

  // 2. Every account was given already.
  if (remembered.credentialCounter >= remembered.numberOfCredentials) throw notAllowed('no further account');

  // 3. Too late.
  const now = device.clock.now();
  if (now - remembered.lastAt > CONTINUATION_TIMEOUT) {
    session.continuation = undefined;
    throw notAllowed('more than 30 seconds since the last assertion');
  }

  // 4. to 7. The next one, under the same circumstances as the first.
  const credential = nextCredential(device, remembered);
  if (credential === undefined) throw notAllowed('no further account');
  // (One that fails ends it: nothing is remembered of a command that failed.)
  session.continuation = undefined;
  const outcome = yield* makeAssertion(device, context, remembered.request, credential, {
    userPresent: remembered.userPresent,
    userVerified: remembered.userVerified,
    oneOfSeveral: true,
  });
  remembered.credentialCounter++;
  remembered.lastAt = now;
  session.continuation = remembered;
  return outcome;
}

function notAllowed(why: string): CtapError {
  return new CtapError('CTAP2_ERR_NOT_ALLOWED', why);
}

function nextCredential(device: Device, remembered: RememberedAssertions): CredentialRecord | undefined {
  const { rpIdHash, credentialCounter, userVerified } = remembered;
  return device.store.read((reader) => {
    if (userVerified) {
      for (const credential of reader.discoverable(rpIdHash, credentialCounter)) return credential;
      return undefined;
    }
    let place = 0;
    for (const credential of reader.discoverable(rpIdHash)) {
      if (credential.credProtect !== CredProtect.userVerificationOptional) continue;
      if (place++ === credentialCounter) return credential;
    }
    return undefined;
  });
}
