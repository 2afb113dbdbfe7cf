/** authenticatorSelection (0x0B), CTAP 2.3 section 6.9: the user picks this device by touching it. */
import { CtapError } from '../../ctap/status.ts';
import type { CommandContext, Device, Outcome } from '../device.ts';
import { testUserPresence } from '../prompt.ts';

export async function authenticatorSelection(
  device: Device,
  context: CommandContext,
): Promise<Outcome<undefined>> {
  const touch = await testUserPresence(device, context);
  if (touch === 'timeout') throw new CtapError('CTAP2_ERR_USER_ACTION_TIMEOUT', 'no touch in time');
  if (touch !== 'approve') throw new CtapError('CTAP2_ERR_OPERATION_DENIED', 'the user declined');
  return { response: undefined };
}
