/**
 * What a relying party has to check, step by step: sections 7.1 and 7.2 of WebAuthn Level 3 as of July 2026, numbered as the list
 * items of its source are. The first two steps of both sections are about how to ask, and the seventh of 7.2 names variables.
 */

const SPECIFICATION = 'https://www.w3.org/TR/webauthn-3/';

/** Which of the two ceremonies. */
export type CeremonyKind = 'registration' | 'authentication';

/** Numbers of the steps of section 7.2. */
export type AuthenticationStep = Exclude<RegistrationStep, 7 | 26 | 27 | 28 | 29>;
/** Numbers of the steps of section 7.1. */
// biome-ignore format: a row of numbers
export type RegistrationStep =
  | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25
  | 26 | 27 | 28 | 29;

/** A step: what holds when it passes and, where it has one, its own anchor. */
type Entry = readonly [title: string, anchor?: string];

const REGISTRATION: Readonly<Record<RegistrationStep, Entry>> = {
  3: ['the response is an attestation response'],
  4: ['client extension results are read'],
  5: ['clientDataJSON is decoded as UTF-8'],
  6: ['client data is JSON'],
  7: ['type is webauthn.create'],
  8: ['challenge is the one that was sent'],
  9: ['origin is expected', 'rp-op-registering-a-new-credential-step-origin'],
  10: ['crossOrigin is expected'],
  11: ['topOrigin is expected'],
  12: ['client data is hashed as it came'],
  13: ['the attestation object is decoded'],
  14: ['the RP ID hash is expected'],
  15: ['the user was present'],
  16: ['the user was verified, where required'],
  17: ['what is not eligible for backup is not backed up'],
  18: ['backup eligibility is as the policy says'],
  19: ['backup state is as the policy says'],
  20: ['the algorithm is one that was asked for'],
  21: ['the attestation statement format is known'],
  22: ['the attestation statement verifies', 'reg-ceremony-verify-attestation'],
  23: ['trust anchors are obtained', 'reg-ceremony-attestation-trust-anchors'],
  24: ['the attestation is trusted', 'reg-ceremony-assess-trust'],
  25: ['the credential ID is at most 1023 bytes long'],
  26: ['the credential ID is not registered yet'],
  27: ['the credential record is made of what was verified', 'reg-ceremony-create-credential-record'],
  28: ['extension outputs are processed', 'reg-ceremony-verify-extension-outputs'],
  29: ['the credential is stored in the account that asked'],
};

const AUTHENTICATION: Readonly<Record<AuthenticationStep, Entry>> = {
  3: ['the response is an assertion response'],
  4: ['client extension results are read'],
  5: ['the credential is one of those that were allowed'],
  6: ['the credential belongs to the user'],
  8: ['clientDataJSON is decoded as UTF-8'],
  9: ['client data is JSON'],
  10: ['type is webauthn.get'],
  11: ['challenge is the one that was sent'],
  12: ['origin is expected', 'rp-op-verifying-assertion-step-origin'],
  13: ['crossOrigin is expected'],
  14: ['topOrigin is expected'],
  15: ['the RP ID hash is expected', 'rp-op-verifying-assertion-step-rpid-hash'],
  16: ['the user was present'],
  17: ['the user was verified, where required'],
  18: ['what is not eligible for backup is not backed up'],
  19: ['backup eligibility has not changed'],
  20: ['client data is hashed as it came'],
  21: ['the signature verifies'],
  22: ['the signature counter has advanced'],
  23: ['extension outputs are processed', 'authn-ceremony-verify-extension-outputs'],
  24: ['the credential record is updated only now', 'authn-ceremony-update-credential-record'],
  25: ['anything else fails the ceremony'],
};

const SECTIONS = {
  registration: { number: '7.1', anchor: 'sctn-registering-a-new-credential', steps: REGISTRATION },
  authentication: { number: '7.2', anchor: 'sctn-verifying-assertion', steps: AUTHENTICATION },
} as const;

/** The number of the section that has a ceremony's steps. */
export function sectionNumber(kind: CeremonyKind): '7.1' | '7.2' {
  return SECTIONS[kind].number;
}

/** Every step of a ceremony, in order. */
export function stepsOf(kind: CeremonyKind): { readonly number: number; readonly title: string }[] {
  return Object.entries<Entry>(SECTIONS[kind].steps).map(([number, [title]]) => ({
    number: Number(number),
    title,
  }));
}

/** What holds when a step passes. */
export function stepTitle(kind: CeremonyKind, number: number): string {
  return entry(kind, number)?.[0] ?? '';
}

/** Where a step is written: at its own anchor, or else at its section's. */
export function stepUrl(kind: CeremonyKind, number: number): string {
  return sectionUrl(entry(kind, number)?.[1] ?? SECTIONS[kind].anchor);
}

/** A place in the specification, by its anchor. */
export function sectionUrl(anchor: string): string {
  return `${SPECIFICATION}#${anchor}`;
}

function entry(kind: CeremonyKind, number: number): Entry | undefined {
  return (SECTIONS[kind].steps as Readonly<Record<number, Entry>>)[number];
}
