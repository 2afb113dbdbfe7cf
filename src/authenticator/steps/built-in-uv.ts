/** performBuiltInUv, CTAP 2.3 section 6.5.3.1: the device recognizes its user by itself. */
import { type Steps, wait } from '../../base/steps.ts';
import type { DeviceState } from '../../store/device-state.ts';
import { changeState } from '../change-state.ts';
import type { CommandContext, Device } from '../device.ts';
import { prompt } from '../prompt.ts';
import { deviceState, MAX_UV_RETRIES } from '../state.ts';

/** maxUvAttemptsForInternalRetries: how often one command may try before it gives up. */
const INTERNAL_ATTEMPTS = 3;

/** How the verification ended; `error` when the user was not recognized, or no attempts are left. */
export type BuiltInUvResult = 'success' | 'timeout' | 'declined' | 'error';

/**
 * Verifies the user. A failed attempt is counted down, and stored, before anybody learns of it.
 *
 * @param internalRetry whether the device may ask again by itself after a failure
 */
export function* performBuiltInUv(
  device: Device,
  context: CommandContext,
  internalRetry: boolean,
  rpId?: string,
): Steps<BuiltInUvResult> {
  const attempts = internalRetry ? INTERNAL_ATTEMPTS : 1;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (device.store.read(deviceState).uvRetries === 0) return 'error';
    const asked = prompt(device, context, {
      kind: 'verification',
      command: context.command,
      attempt,
      ...(rpId !== undefined && { rpId }),
    });
    const answer = typeof asked === 'string' ? asked : yield* wait(asked);
    if (answer === 'timeout') return 'timeout';
    if (answer === 'decline') return 'declined';
    const state = device.store.read(deviceState);
    if (answer === 'approve') {
      if (changesWhenRecognized(state)) yield* wait(recognized(device));
      return 'success';
    }
    yield* wait(
      changeState(device, (current) => ({ ...current, uvRetries: Math.max(0, current.uvRetries - 1) })),
    );
  }
  return 'error';
}

function changesWhenRecognized({ pinHash, uvRetries }: DeviceState): boolean {
  return pinHash !== undefined || uvRetries !== MAX_UV_RETRIES;
}

/** Gives all attempts back. Where there is a PIN, it also counts the verifications since the PIN was last needed. */
async function recognized(device: Device): Promise<void> {
  await changeState(device, (state) => ({
    ...state,
    uvRetries: MAX_UV_RETRIES,
    uvCountSinceLastPinEntry: state.uvCountSinceLastPinEntry + (state.pinHash === undefined ? 0 : 1),
  }));
}
