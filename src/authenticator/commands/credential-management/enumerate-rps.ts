/** enumerateRPsBegin (0x02) and enumerateRPsGetNextRP (0x03), CTAP 2.3 section 6.8.3. */
import type {
  CredentialManagementRequest,
  CredentialManagementResponse,
} from '../../../ctap/messages/credential-management.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';
import { remembered } from '../../steps/continuation.ts';
import { authorizeReading } from './authorization.ts';

export function enumerateRPsBegin(
  device: Device,
  request: CredentialManagementRequest,
): CredentialManagementResponse {
  authorizeReading(device, request);
  const rpIdHashes = device.store.read((reader) => [...reader.relyingParties()]).reverse();
  const totalRPs = rpIdHashes.length;
  const first = rpIdHashes.pop();
  if (first === undefined)
    throw new CtapError('CTAP2_ERR_NO_CREDENTIALS', 'there are no discoverable credentials');
  device.session.continuation = { kind: 'relying-parties', rpIdHashes, lastAt: device.clock.now() };
  return { ...describe(device, first), totalRPs };
}

export function enumerateRPsGetNextRP(device: Device): CredentialManagementResponse {
  const rest = remembered(device, 'relying-parties');
  const next = rest.rpIdHashes.pop();
  if (next === undefined) throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'every RP was given already');
  rest.lastAt = device.clock.now();
  return describe(device, next);
}

function describe(device: Device, rpIdHash: Uint8Array): CredentialManagementResponse {
  return device.store.read((reader) => {
    for (const { rpId, rpName } of reader.discoverable(rpIdHash)) {
      if (rpId === undefined) break;
      return { rp: { id: rpId, ...(rpName !== undefined && { name: rpName }) }, rpIDHash: rpIdHash };
    }
    return { rpIDHash: rpIdHash };
  });
}
