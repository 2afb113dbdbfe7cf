/** enableLongTouchForReset (0x04), CTAP 2.3 section 6.11.5. Only a reset disables it again. */
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';

export async function enableLongTouchForReset(device: Device): Promise<void> {
  await changeState(device, (state) => ({ ...state, longTouchForReset: true }));
}
