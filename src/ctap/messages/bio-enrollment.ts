/** authenticatorBioEnrollment (0x09, prototype 0x40): request, parameters and response, CTAP 2.3 section 6.7. */
import type { CborMap } from '../../cbor/cbor.ts';
import { array, bool, bytes, map, type Struct, struct, text, uint } from '../struct.ts';

/** The one modality there is. */
export const FINGERPRINT = 0x01;

/** Subcommand numbers of authenticatorBioEnrollment. */
export const BioEnrollmentSubCommand = {
  enrollBegin: 0x01,
  enrollCaptureNextSample: 0x02,
  cancelCurrentEnrollment: 0x03,
  enumerateEnrollments: 0x04,
  setFriendlyName: 0x05,
  removeEnrollment: 0x06,
  getFingerprintSensorInfo: 0x07,
} as const;

/** Values of lastEnrollSampleStatus. */
export const EnrollSampleStatus = {
  CTAP2_ENROLL_FEEDBACK_FP_GOOD: 0x00,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_HIGH: 0x01,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_LOW: 0x02,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_LEFT: 0x03,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_RIGHT: 0x04,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_FAST: 0x05,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_SLOW: 0x06,
  CTAP2_ENROLL_FEEDBACK_FP_POOR_QUALITY: 0x07,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_SKEWED: 0x08,
  CTAP2_ENROLL_FEEDBACK_FP_TOO_SHORT: 0x09,
  CTAP2_ENROLL_FEEDBACK_FP_MERGE_FAILURE: 0x0a,
  CTAP2_ENROLL_FEEDBACK_FP_EXISTS: 0x0b,
  CTAP2_ENROLL_FEEDBACK_NO_USER_ACTIVITY: 0x0d,
  CTAP2_ENROLL_FEEDBACK_NO_USER_PRESENCE_TRANSITION: 0x0e,
} as const;

/** The members of a request of authenticatorBioEnrollment (0x09). */
export interface BioEnrollmentRequest {
  readonly modality?: number;
  readonly subCommand?: number;
  /** Unread, because pinUvAuthParam is made over its bytes; see the structs of parameters below. */
  readonly subCommandParams?: CborMap;
  readonly pinUvAuthProtocol?: number;
  readonly pinUvAuthParam?: Uint8Array;
  /** Only asks which modality the device has. */
  readonly getModality?: boolean;
}

/** Reads and writes the request of authenticatorBioEnrollment. */
export const bioEnrollmentRequest: Struct<BioEnrollmentRequest> = struct<BioEnrollmentRequest>(
  'bioEnrollment',
  () => ({
    modality: { key: 0x01, type: uint },
    subCommand: { key: 0x02, type: uint },
    subCommandParams: { key: 0x03, type: map },
    pinUvAuthProtocol: { key: 0x04, type: uint },
    pinUvAuthParam: { key: 0x05, type: bytes() },
    getModality: { key: 0x06, type: bool },
  }),
);

/** Parameters of enrollBegin. */
export interface EnrollBeginParams {
  readonly timeoutMilliseconds?: number;
}

/** Reads and writes the parameters of enrollBegin. */
export const enrollBeginParams: Struct<EnrollBeginParams> = struct<EnrollBeginParams>(
  'subCommandParams',
  () => ({
    timeoutMilliseconds: { key: 0x03, type: uint },
  }),
);

/** Parameters of removeEnrollment. */
export interface TemplateParams {
  readonly templateId: Uint8Array;
}

/** Reads and writes the parameters of removeEnrollment. */
export const templateParams: Struct<TemplateParams> = struct<TemplateParams>('subCommandParams', () => ({
  templateId: { key: 0x01, type: bytes(), required: true },
}));

/** Parameters of enrollCaptureNextSample. */
export interface CaptureParams extends TemplateParams, EnrollBeginParams {}

/** Reads and writes the parameters of enrollCaptureNextSample. */
export const captureParams: Struct<CaptureParams> = struct<CaptureParams>('subCommandParams', () => ({
  templateId: { key: 0x01, type: bytes(), required: true },
  timeoutMilliseconds: { key: 0x03, type: uint },
}));

/** Parameters of setFriendlyName. */
export interface FriendlyNameParams extends TemplateParams {
  readonly templateFriendlyName: string;
}

/** Reads and writes the parameters of setFriendlyName. */
export const friendlyNameParams: Struct<FriendlyNameParams> = struct<FriendlyNameParams>(
  'subCommandParams',
  () => ({
    templateId: { key: 0x01, type: bytes(), required: true },
    templateFriendlyName: { key: 0x02, type: text, required: true },
  }),
);

/** An enrolled fingerprint as it is listed. */
export interface TemplateInfo {
  readonly templateId: Uint8Array;
  readonly templateFriendlyName?: string;
}

const templateInfo: Struct<TemplateInfo> = struct<TemplateInfo>('templateInfo', () => ({
  templateId: { key: 0x01, type: bytes(), required: true },
  templateFriendlyName: { key: 0x02, type: text },
}));

/** The members of a response of authenticatorBioEnrollment. */
export interface BioEnrollmentResponse {
  readonly modality?: number;
  /** 1 touch, 2 swipe. */
  readonly fingerprintKind?: number;
  readonly maxCaptureSamplesRequiredForEnroll?: number;
  readonly templateId?: Uint8Array;
  /** One of {@link EnrollSampleStatus}. */
  readonly lastEnrollSampleStatus?: number;
  readonly remainingSamples?: number;
  readonly templateInfos?: readonly TemplateInfo[];
  /** Bytes. */
  readonly maxTemplateFriendlyName?: number;
}

/** Reads and writes the response of authenticatorBioEnrollment. */
export const bioEnrollmentResponse: Struct<BioEnrollmentResponse> = struct<BioEnrollmentResponse>(
  'bioEnrollmentResponse',
  () => ({
    modality: { key: 0x01, type: uint },
    fingerprintKind: { key: 0x02, type: uint },
    maxCaptureSamplesRequiredForEnroll: { key: 0x03, type: uint },
    templateId: { key: 0x04, type: bytes() },
    lastEnrollSampleStatus: { key: 0x05, type: uint },
    remainingSamples: { key: 0x06, type: uint },
    templateInfos: { key: 0x07, type: array(templateInfo) },
    maxTemplateFriendlyName: { key: 0x08, type: uint },
  }),
);
