/**
 * The edition of CTAP that each word came with. A device follows one edition (`level.ts`), and what came later it neither offers
 * nor takes; `docs/ctap.md` is made from these tables, and from the members of the messages.
 */
import type { CtapCommandName } from './commands.ts';
import type { CtapLevel } from './level.ts';

/** Commands. The prototypes came between two editions: a device of CTAP 2.0 may have them. */
export const commandSince: Readonly<Record<CtapCommandName, CtapLevel>> = {
  authenticatorMakeCredential: '2.0',
  authenticatorGetAssertion: '2.0',
  authenticatorGetInfo: '2.0',
  authenticatorClientPIN: '2.0',
  authenticatorReset: '2.0',
  authenticatorGetNextAssertion: '2.0',
  authenticatorBioEnrollment: '2.1',
  authenticatorCredentialManagement: '2.1',
  authenticatorSelection: '2.1',
  authenticatorLargeBlobs: '2.1',
  authenticatorConfig: '2.1',
  authenticatorBioEnrollmentPreview: '2.0',
  authenticatorCredentialManagementPreview: '2.0',
};

/** An option ID of getInfo. */
export type OptionId =
  | 'plat'
  | 'rk'
  | 'clientPin'
  | 'up'
  | 'uv'
  | 'pinUvAuthToken'
  | 'noMcGaPermissionsWithClientPin'
  | 'largeBlobs'
  | 'ep'
  | 'bioEnroll'
  | 'userVerificationMgmtPreview'
  | 'uvBioEnroll'
  | 'authnrCfg'
  | 'uvAcfg'
  | 'credMgmt'
  | 'perCredMgmtRO'
  | 'credentialMgmtPreview'
  | 'setMinPINLength'
  | 'makeCredUvNotRqd'
  | 'alwaysUv';

/** Option IDs of getInfo, CTAP 2.3 section 6.4. */
export const optionSince: Readonly<Record<OptionId, CtapLevel>> = {
  plat: '2.0',
  rk: '2.0',
  clientPin: '2.0',
  up: '2.0',
  uv: '2.0',
  pinUvAuthToken: '2.1',
  noMcGaPermissionsWithClientPin: '2.1',
  largeBlobs: '2.1',
  ep: '2.1',
  bioEnroll: '2.1',
  userVerificationMgmtPreview: '2.0',
  uvBioEnroll: '2.1',
  authnrCfg: '2.1',
  uvAcfg: '2.1',
  credMgmt: '2.1',
  perCredMgmtRO: '2.2',
  credentialMgmtPreview: '2.0',
  setMinPINLength: '2.1',
  makeCredUvNotRqd: '2.1',
  alwaysUv: '2.1',
};

/** Extensions, CTAP 2.3 section 12. credProtect was there with the prototypes already. */
export const extensionSince: Readonly<Record<string, CtapLevel>> = {
  'hmac-secret': '2.0',
  credProtect: '2.1',
  credBlob: '2.1',
  largeBlobKey: '2.1',
  minPinLength: '2.1',
  'hmac-secret-mc': '2.2',
  pinComplexityPolicy: '2.2',
  thirdPartyPayment: '2.2',
  largeBlob: '2.3',
};

/** Permissions of a pinUvAuthToken, CTAP 2.3 section 6.5.5.7, by their short names. */
export const permissionSince: Readonly<Record<string, CtapLevel>> = {
  mc: '2.1',
  ga: '2.1',
  cm: '2.1',
  be: '2.1',
  lbw: '2.1',
  acfg: '2.1',
  pcmr: '2.2',
};

/** A subcommand of one command. */
export interface SubCommandDescription {
  readonly command: CtapCommandName;
  readonly name: string;
  readonly number: number;
  readonly since: CtapLevel;
}

const LATER: Readonly<Record<string, CtapLevel>> = {
  getPinUvAuthTokenUsingUvWithPermissions: '2.1',
  getUVRetries: '2.1',
  getPinUvAuthTokenUsingPinWithPermissions: '2.1',
  enableLongTouchForReset: '2.3',
};

/** The subcommands of a command. */
export function subCommandsOf(
  command: CtapCommandName,
  numbers: Readonly<Record<string, number>>,
): SubCommandDescription[] {
  return Object.entries(numbers).map(([name, number]) => ({
    command,
    name,
    number,
    since: LATER[name] ?? commandSince[command],
  }));
}

/** Attestation statement format identifiers that a device can be made with, and `none`, which every device has. */
export const attestationFormatIds = [
  'none',
  'packed',
  'tpm',
  'android-key',
  'android-safetynet',
  'fido-u2f',
  'apple',
  'compound',
] as const;
export type AttestationFormatId = (typeof attestationFormatIds)[number];

/** Whether a text is one of them. */
export function isAttestationFormatId(fmt: string): fmt is AttestationFormatId {
  return (attestationFormatIds as readonly string[]).includes(fmt);
}
