/** setFriendlyName (0x05), CTAP 2.3 section 6.7.8. */
import { utf8 } from '../../../base/bytes.ts';
import {
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  friendlyNameParams,
} from '../../../ctap/messages/bio-enrollment.ts';
import { CtapError } from '../../../ctap/status.ts';
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { authorizeEnrollment, placeOf } from './authorization.ts';

export async function setFriendlyName(
  device: Device,
  request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  requirePinUvAuthParam(request);
  const { templateId, templateFriendlyName } = readParams(friendlyNameParams, request);
  const most = device.policy.fingerprints.maxFriendlyNameLength;
  const length = utf8(templateFriendlyName).length;
  if (length > most) {
    throw new CtapError(
      'CTAP1_ERR_INVALID_LENGTH',
      `templateFriendlyName: expected at most ${most} bytes, got ${length}`,
    );
  }
  authorizeEnrollment(device, request);
  await changeState(device, (state) => {
    const place = placeOf(state, templateId);
    return {
      ...state,
      fingerprints: state.fingerprints.with(place, {
        templateId: new Uint8Array(templateId),
        friendlyName: templateFriendlyName,
      }),
    };
  });
  return {};
}
