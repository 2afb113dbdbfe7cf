/** authenticatorBioEnrollment (0x09, prototype 0x40), CTAP 2.3 section 6.7: which subcommand is it? */
import {
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  BioEnrollmentSubCommand,
  FINGERPRINT,
} from '../../../ctap/messages/bio-enrollment.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CommandContext, Device, Outcome } from '../../device.ts';
import { cancelCurrentEnrollment } from './cancel-current-enrollment.ts';
import { enrollBegin } from './enroll-begin.ts';
import { enrollCaptureNextSample } from './enroll-capture-next-sample.ts';
import { enumerateEnrollments } from './enumerate-enrollments.ts';
import { getFingerprintSensorInfo } from './get-fingerprint-sensor-info.ts';
import { removeEnrollment } from './remove-enrollment.ts';
import { setFriendlyName } from './set-friendly-name.ts';

type SubCommand = (
  device: Device,
  request: BioEnrollmentRequest,
  context: CommandContext,
) => BioEnrollmentResponse | Promise<BioEnrollmentResponse>;

const SUBCOMMANDS: ReadonlyMap<number, SubCommand> = new Map<number, SubCommand>([
  [BioEnrollmentSubCommand.enrollBegin, enrollBegin],
  [BioEnrollmentSubCommand.enrollCaptureNextSample, enrollCaptureNextSample],
  [BioEnrollmentSubCommand.cancelCurrentEnrollment, cancelCurrentEnrollment],
  [BioEnrollmentSubCommand.enumerateEnrollments, enumerateEnrollments],
  [BioEnrollmentSubCommand.setFriendlyName, setFriendlyName],
  [BioEnrollmentSubCommand.removeEnrollment, removeEnrollment],
  [BioEnrollmentSubCommand.getFingerprintSensorInfo, getFingerprintSensorInfo],
]);

export async function authenticatorBioEnrollment(
  device: Device,
  request: BioEnrollmentRequest,
  context: CommandContext,
): Promise<Outcome<BioEnrollmentResponse>> {
  const { modality, subCommand, getModality } = request;
  if (getModality === true) return { response: { modality: FINGERPRINT } };
  if (modality === undefined || subCommand === undefined) {
    throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', 'modality or subCommand is missing');
  }
  if (modality !== FINGERPRINT) {
    throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', `modality: expected ${FINGERPRINT}, got ${modality}`);
  }
  const run = SUBCOMMANDS.get(subCommand);
  if (run === undefined) {
    throw new CtapError('CTAP2_ERR_INVALID_SUBCOMMAND', `subCommand: expected 1 to 7, got ${subCommand}`);
  }
  return { response: await run(device, request, context) };
}
