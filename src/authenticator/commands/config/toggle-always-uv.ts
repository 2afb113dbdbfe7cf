/** toggleAlwaysUv (0x02), CTAP 2.3 section 6.11.2. While it is on, makeCredUvNotRqd counts as off. */
import { CtapError } from '../../../ctap/status.ts';
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';

export async function toggleAlwaysUv(device: Device): Promise<void> {
  await changeState(device, (state) => {
    if (state.alwaysUv && device.policy.alwaysUv === 'forced') {
      throw new CtapError('CTAP2_ERR_OPERATION_DENIED', 'alwaysUv cannot be disabled on this device');
    }
    return { ...state, alwaysUv: !state.alwaysUv };
  });
}
