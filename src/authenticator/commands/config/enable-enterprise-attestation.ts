/** enableEnterpriseAttestation (0x01), CTAP 2.3 section 6.11.1. Only a reset disables it again. */
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';

export async function enableEnterpriseAttestation(device: Device): Promise<void> {
  await changeState(device, (state) => ({ ...state, enterpriseAttestation: true }));
}
