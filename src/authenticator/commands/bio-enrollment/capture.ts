/** One sample of a fingerprint, from the simulated user's finger. */
import {
  type BioEnrollmentResponse,
  EnrollSampleStatus as Status,
} from '../../../ctap/messages/bio-enrollment.ts';
import { changeState } from '../../change-state.ts';
import type { CommandContext, Device } from '../../device.ts';
import { type PromptResult, prompt } from '../../prompt.ts';
import type { RememberedEnrollment } from '../../session.ts';

/** However long a platform would wait, a device does not wait longer: milliseconds. */
const LONGEST_WAIT = 600_000;

const FEEDBACK: Readonly<Record<PromptResult, number>> = {
  approve: Status.CTAP2_ENROLL_FEEDBACK_FP_GOOD,
  fail: Status.CTAP2_ENROLL_FEEDBACK_FP_POOR_QUALITY,
  decline: Status.CTAP2_ENROLL_FEEDBACK_NO_USER_ACTIVITY,
  timeout: Status.CTAP2_ENROLL_FEEDBACK_NO_USER_ACTIVITY,
  'too-high': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_HIGH,
  'too-low': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_LOW,
  'too-left': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_LEFT,
  'too-right': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_RIGHT,
  'too-fast': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_FAST,
  'too-slow': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_SLOW,
  'too-skewed': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_SKEWED,
  'too-short': Status.CTAP2_ENROLL_FEEDBACK_FP_TOO_SHORT,
  'merge-failure': Status.CTAP2_ENROLL_FEEDBACK_FP_MERGE_FAILURE,
  exists: Status.CTAP2_ENROLL_FEEDBACK_FP_EXISTS,
  'no-transition': Status.CTAP2_ENROLL_FEEDBACK_NO_USER_PRESENCE_TRANSITION,
};

/**
 * Takes a sample, and with the last good one stores the fingerprint. A poor one is feedback, not an error.
 *
 * @throws CtapError CTAP2_ERR_KEEPALIVE_CANCEL when the platform cancels, which ends the enrollment
 */
export async function captureSample(
  device: Device,
  context: CommandContext,
  enrollment: RememberedEnrollment,
  timeoutMilliseconds?: number,
): Promise<BioEnrollmentResponse> {
  const { session, policy } = device;
  // Until the sample is there nothing is under way: so a canceled command leaves nothing behind.
  session.continuation = undefined;
  const result = await prompt(
    device,
    context,
    {
      kind: 'fingerprint-sample',
      command: context.command,
      attempt: policy.fingerprints.samples - enrollment.remaining,
    },
    Math.min(timeoutMilliseconds ?? policy.userActionTimeout, LONGEST_WAIT),
  );
  if (result === 'approve') enrollment.remaining--;
  if (enrollment.remaining > 0) session.continuation = enrollment;
  else {
    const { templateId } = enrollment;
    await changeState(device, (state) => ({
      ...state,
      fingerprints: [...state.fingerprints, { templateId }],
    }));
  }
  return { lastEnrollSampleStatus: FEEDBACK[result], remainingSamples: enrollment.remaining };
}
