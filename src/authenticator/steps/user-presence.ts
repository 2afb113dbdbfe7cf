/** The presence test of makeCredential (step 14) and getAssertion (step 9), CTAP 2.3 sections 6.1.2 and 6.2.2. */
import { type Steps, wait } from '../../base/steps.ts';
import { CtapError } from '../../ctap/status.ts';
import type { CommandContext, Device } from '../device.ts';
import { testUserPresence } from '../prompt.ts';

/**
 * Asks for a touch where none was given yet.
 *
 * @throws CtapError CTAP2_ERR_OPERATION_DENIED when the user declines or does not come: the text has one status for both
 */
export function* requireUserPresence(device: Device, context: CommandContext, rpId?: string): Steps<void> {
  const result = yield* wait(testUserPresence(device, context, rpId));
  if (result !== 'approve') {
    throw new CtapError(
      'CTAP2_ERR_OPERATION_DENIED',
      result === 'timeout' ? 'no touch in time' : 'the user declined',
    );
  }
}
