/** The token for enrollment, and the enrolled fingerprints, CTAP 2.3 section 6.7. */
import { equal } from '../../../base/bytes.ts';
import type { BioEnrollmentRequest } from '../../../ctap/messages/bio-enrollment.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { DeviceState, Fingerprint } from '../../../store/device-state.ts';
import type { Device } from '../../device.ts';
import { Permission } from '../../pin-uv-auth-token.ts';
import { authorize, subCommandMessage } from '../../steps/authorize.ts';

/** A token with the permission "be". */
export function authorizeEnrollment(device: Device, request: BioEnrollmentRequest): void {
  const head = Uint8Array.of(request.modality ?? 0, request.subCommand ?? 0);
  authorize(device, request, Permission.bioEnrollment, subCommandMessage(head, request.subCommandParams));
}

/** The index of an enrolled fingerprint. @throws CtapError CTAP2_ERR_INVALID_OPTION when there is no such fingerprint */
export function placeOf(state: DeviceState, templateId: Uint8Array): number {
  const place = state.fingerprints.findIndex((fingerprint: Fingerprint) =>
    equal(fingerprint.templateId, templateId),
  );
  if (place < 0) throw new CtapError('CTAP2_ERR_INVALID_OPTION', 'templateId: no such fingerprint');
  return place;
}
