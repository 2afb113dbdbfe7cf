/** enrollBegin (0x01), CTAP 2.3 section 6.7.4: a new fingerprint, and its first sample. */
import {
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  enrollBeginParams,
} from '../../../ctap/messages/bio-enrollment.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CommandContext, Device } from '../../device.ts';
import { deviceState } from '../../state.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { authorizeEnrollment } from './authorization.ts';
import { captureSample } from './capture.ts';

export async function enrollBegin(
  device: Device,
  request: BioEnrollmentRequest,
  context: CommandContext,
): Promise<BioEnrollmentResponse> {
  requirePinUvAuthParam(request);
  const { timeoutMilliseconds } = readParams(enrollBeginParams, request);
  authorizeEnrollment(device, request);
  const { capacity, samples } = device.policy.fingerprints;
  if (device.store.read(deviceState).fingerprints.length >= capacity) {
    throw new CtapError('CTAP2_ERR_FP_DATABASE_FULL', `all ${capacity} places are taken`);
  }
  // One that was under way is given up.
  const templateId = device.random(16, 'fingerprint-template-id');
  const sample = await captureSample(
    device,
    context,
    { kind: 'enrollment', templateId, remaining: samples },
    timeoutMilliseconds,
  );
  return { templateId, ...sample };
}
