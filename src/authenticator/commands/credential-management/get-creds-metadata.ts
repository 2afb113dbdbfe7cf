/** getCredsMetadata (0x01), CTAP 2.3 section 6.8.2: how many there are, and how many more there could be. */
import type {
  CredentialManagementRequest,
  CredentialManagementResponse,
} from '../../../ctap/messages/credential-management.ts';
import type { Device } from '../../device.ts';
import { authorizeReading } from './authorization.ts';

/** What a device that is never full says of its room: the most that 31 bits hold, for platforms that read an int. */
const NEVER_FULL = 0x7fff_ffff;

export function getCredsMetadata(
  device: Device,
  request: CredentialManagementRequest,
): CredentialManagementResponse {
  authorizeReading(device, request);
  const existing = device.store.read((reader) => reader.countDiscoverable());
  const remaining = Math.max(0, device.policy.discoverableCapacity - existing);
  return {
    existingResidentCredentialsCount: existing,
    maxPossibleRemainingResidentCredentialsCount: Math.min(NEVER_FULL, remaining),
  };
}
