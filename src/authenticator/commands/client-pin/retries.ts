/** getPINRetries (0x01) and getUVRetries (0x07), CTAP 2.3 sections 6.5.5.2 and 6.5.5.3. */
import { knows } from '../../../ctap/level.ts';
import type { ClientPinRequest, ClientPinResponse } from '../../../ctap/messages/client-pin.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';
import { deviceState } from '../../state.ts';
import { MAX_MISMATCHES } from './verify-pin.ts';

export async function getPinRetries(
  device: Device,
  { pinUvAuthProtocol }: ClientPinRequest,
): Promise<ClientPinResponse> {
  // (CTAP 2.0, section 5.5, requires a protocol of every subcommand.)
  if (pinUvAuthProtocol === undefined && !knows(device.policy.ctap, '2.1')) {
    throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', 'pinProtocol is missing');
  }
  const { pinRetries } = device.store.read(deviceState);
  const blocked = device.session.pinMismatches >= MAX_MISMATCHES;
  return { pinRetries, ...(blocked && { powerCycleState: true }) };
}

export async function getUvRetries(device: Device): Promise<ClientPinResponse> {
  return { uvRetries: device.store.read(deviceState).uvRetries };
}
