/** cancelCurrentEnrollment (0x03), CTAP 2.3 section 6.7.6: needs no token, and is fine when there is nothing to cancel. */
import type { BioEnrollmentResponse } from '../../../ctap/messages/bio-enrollment.ts';
import type { Device } from '../../device.ts';

export function cancelCurrentEnrollment(device: Device): BioEnrollmentResponse {
  device.session.continuation = undefined;
  return {};
}
