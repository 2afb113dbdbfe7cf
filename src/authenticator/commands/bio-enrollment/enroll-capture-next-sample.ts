/** enrollCaptureNextSample (0x02), CTAP 2.3 section 6.7.5. */
import { equal } from '../../../base/bytes.ts';
import {
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  captureParams,
} from '../../../ctap/messages/bio-enrollment.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CommandContext, Device } from '../../device.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { authorizeEnrollment } from './authorization.ts';
import { captureSample } from './capture.ts';

export async function enrollCaptureNextSample(
  device: Device,
  request: BioEnrollmentRequest,
  context: CommandContext,
): Promise<BioEnrollmentResponse> {
  requirePinUvAuthParam(request);
  const { templateId, timeoutMilliseconds } = readParams(captureParams, request);
  authorizeEnrollment(device, request);
  const { continuation } = device.session;
  if (continuation?.kind !== 'enrollment') {
    throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'no enrollment is under way');
  }
  if (!equal(continuation.templateId, templateId)) {
    throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', 'templateId: another one is being enrolled');
  }
  return captureSample(device, context, continuation, timeoutMilliseconds);
}
