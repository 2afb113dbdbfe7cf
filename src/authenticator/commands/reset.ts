/** authenticatorReset (0x07), CTAP 2.3 section 6.6: back to how it left the factory. */
import { CtapError } from '../../ctap/status.ts';
import type { CommandContext, Device, Outcome } from '../device.ts';
import { testUserPresence } from '../prompt.ts';
import { Session } from '../session.ts';
import { deviceState, factoryState } from '../state.ts';

/** How long after power-up a device without a display can be reset: milliseconds. */
const RESET_WINDOW = 10_000;
/** How long a long touch lasts: milliseconds. */
const LONG_TOUCH = 5_000;

export async function authenticatorReset(
  device: Device,
  context: CommandContext,
): Promise<Outcome<undefined>> {
  const { policy, session, clock } = device;
  // Only just after power-up, so that a key that is plugged in is not reset by mistake.
  if (!policy.resetAnyTime && clock.now() - session.poweredUpAt > RESET_WINDOW) {
    throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'more than 10 seconds since power-up');
  }
  const transport = context.options.transport ?? policy.transports[0];
  if (
    policy.transportsForReset !== undefined &&
    !(transport !== undefined && policy.transportsForReset.includes(transport))
  ) {
    throw new CtapError(
      'CTAP2_ERR_NOT_ALLOWED',
      `expected one of ${policy.transportsForReset.join(', ')}, got ${transport}`,
    );
  }
  // Only with user presence.
  const { longTouchForReset } = device.store.read(deviceState);
  const touch = await testUserPresence(
    device,
    context,
    undefined,
    longTouchForReset ? LONG_TOUCH : undefined,
  );
  if (touch === 'timeout') throw new CtapError('CTAP2_ERR_USER_ACTION_TIMEOUT', 'no touch in time');
  if (touch !== 'approve') throw new CtapError('CTAP2_ERR_OPERATION_DENIED', 'the user declined');

  await device.store.transaction((transaction) => {
    const { globalSignCount } = deviceState(transaction);
    transaction.clearCredentials();
    // A counter never goes back, not even by a reset.
    transaction.putDevice({ ...factoryState(policy, device.random), globalSignCount });
  });
  device.session = new Session(device, session);
  return { response: undefined };
}
