/** enumerateEnrollments (0x04), CTAP 2.3 section 6.7.7. */
import type { BioEnrollmentRequest, BioEnrollmentResponse } from '../../../ctap/messages/bio-enrollment.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';
import { deviceState } from '../../state.ts';
import { authorizeEnrollment } from './authorization.ts';

export function enumerateEnrollments(device: Device, request: BioEnrollmentRequest): BioEnrollmentResponse {
  authorizeEnrollment(device, request);
  const { fingerprints } = device.store.read(deviceState);
  if (fingerprints.length === 0) throw new CtapError('CTAP2_ERR_INVALID_OPTION', 'nothing is enrolled');
  return {
    templateInfos: fingerprints.map(({ templateId, friendlyName }) => ({
      templateId,
      // Optional by section 6.7, but clients read it without asking.
      templateFriendlyName: friendlyName ?? '',
    })),
  };
}
