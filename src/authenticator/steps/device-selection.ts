/** Step 1 of makeCredential and getAssertion: an empty pinUvAuthParam is how CTAP 2.0 platforms let the user pick a device. */
import type { Steps } from '../../base/steps.ts';
import { CtapError } from '../../ctap/status.ts';
import type { CommandContext, Device } from '../device.ts';
import { deviceState } from '../state.ts';
import { requireUserPresence } from './user-presence.ts';

/**
 * Waits for a touch if that is all the platform asks, and then always answers with an error that tells whether a PIN is set.
 *
 * @throws CtapError CTAP2_ERR_PIN_NOT_SET or CTAP2_ERR_PIN_INVALID after a touch, CTAP2_ERR_OPERATION_DENIED without
 */
export function* answerDeviceSelection(device: Device, context: CommandContext): Steps<void> {
  if (device.policy.pinUvAuthProtocols.length === 0) return;
  yield* requireUserPresence(device, context);
  const pinSet = device.store.read(deviceState).pinHash !== undefined;
  throw new CtapError(pinSet ? 'CTAP2_ERR_PIN_INVALID' : 'CTAP2_ERR_PIN_NOT_SET', 'an empty pinUvAuthParam');
}
