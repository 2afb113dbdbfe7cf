/** getFingerprintSensorInfo (0x07), CTAP 2.3 section 6.7.3: needs no token. */
import type { BioEnrollmentResponse } from '../../../ctap/messages/bio-enrollment.ts';
import type { Device } from '../../device.ts';

export function getFingerprintSensorInfo(device: Device): BioEnrollmentResponse {
  const { sensor, samples, maxFriendlyNameLength } = device.policy.fingerprints;
  return {
    fingerprintKind: sensor === 'touch' ? 1 : 2,
    maxCaptureSamplesRequiredForEnroll: samples,
    maxTemplateFriendlyName: maxFriendlyNameLength,
  };
}
