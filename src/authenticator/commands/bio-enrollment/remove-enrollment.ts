/** removeEnrollment (0x06), CTAP 2.3 section 6.7.9. Without the last one the device no longer recognizes anybody. */
import {
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  templateParams,
} from '../../../ctap/messages/bio-enrollment.ts';
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { authorizeEnrollment, placeOf } from './authorization.ts';

export async function removeEnrollment(
  device: Device,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  requirePinUvAuthParam(request);
  const { templateId } = readParams(templateParams, request);
  authorizeEnrollment(device, request);
  await changeState(device, (state) => ({
    ...state,
    fingerprints: state.fingerprints.toSpliced(placeOf(state, templateId), 1),
  }));
  return {};
}
