/** performBuiltInUv, CTAP 2.3 section 6.5.3.1: the device recognises its user by itself. */
import type { CommandContext, Device } from '../device.ts';
import { prompt } from '../prompt.ts';
import { deviceState, MAX_UV_RETRIES } from '../state.ts';

/** maxUvAttemptsForInternalRetries: how often one command may try before it gives up. */
const INTERNAL_ATTEMPTS = 3;

/** How the verification ended; `error` when the user was not recognised, or no attempts are left. */
export type BuiltInUvResult = 'success' | 'timeout' | 'declined' | 'error';

/**
 * Verifies the user. A failed attempt is counted down, and stored, before anybody learns of it.
 *
 * @param internalRetry whether the device may ask again by itself after a failure
 */
export async function performBuiltInUv(
  device: Device,
  context: CommandContext,
  internalRetry: boolean,
  rpId?: string,
): Promise<BuiltInUvResult> {
  const attempts = internalRetry ? INTERNAL_ATTEMPTS : 1;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (device.store.read(deviceState).uvRetries === 0) return 'error';
    const answer = await prompt(device, context, {
      kind: 'verification',
      command: context.command,
      attempt,
      ...(rpId !== undefined && { rpId }),
    });
    if (answer === 'timeout') return 'timeout';
    if (answer === 'decline') return 'declined';
    const state = device.store.read(deviceState);
    if (answer === 'approve') {
      if (state.uvRetries !== MAX_UV_RETRIES) await setUvRetries(device, MAX_UV_RETRIES);
      return 'success';
    }
    await setUvRetries(device, state.uvRetries - 1);
  }
  return 'error';
}

async function setUvRetries(device: Device, uvRetries: number): Promise<void> {
  await device.store.transaction((transaction) => {
    transaction.putDevice({ ...deviceState(transaction), uvRetries });
  });
}
