/**
 * What a server has to check, by the numbers of WebAuthn Level 3 (https://www.w3.org/TR/webauthn-3/) as of July 2026.
 * The first two steps of both sections say how to ask.
 */
import type { Step } from './fault.ts';

const REGISTERING = 'https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential';
const VERIFYING = 'https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion';

/** Section 7.1, from the third step on: the first two are the client's part. */
const REGISTRATION = {
  3: 'the response is an attestation response',
  4: 'client extension results are read',
  5: 'clientDataJSON is decoded as UTF-8',
  6: 'client data is JSON',
  7: 'type is webauthn.create',
  8: 'challenge is the one that was sent',
  9: 'origin is expected',
  10: 'crossOrigin is expected',
  11: 'topOrigin is expected',
  12: 'client data is hashed as it came',
  13: 'the attestation object is decoded',
  14: 'the RP ID hash is expected',
  15: 'the user was present',
  16: 'the user was verified, where required',
  17: 'what is not eligible for backup is not backed up',
  18: 'backup eligibility is as the policy says',
  19: 'backup state is as the policy says',
  20: 'the algorithm is one that was asked for',
  21: 'the attestation statement format is known',
  22: 'the attestation statement verifies',
  23: 'trust anchors are obtained',
  24: 'the attestation is trusted',
  25: 'the credential ID is at most 1023 bytes long',
  26: 'the credential ID is not registered yet',
  27: 'the credential record is made of what was verified',
  28: 'extension outputs are processed',
  29: 'the credential is stored in the account that asked',
} as const;

/** Section 7.2, from the third step on. */
const AUTHENTICATION = {
  3: 'the response is an assertion response',
  4: 'client extension results are read',
  5: 'the credential is one of those that were allowed',
  6: 'the credential belongs to the user',
  8: 'clientDataJSON is decoded as UTF-8',
  9: 'client data is JSON',
  10: 'type is webauthn.get',
  11: 'challenge is the one that was sent',
  12: 'origin is expected',
  13: 'crossOrigin is expected',
  14: 'topOrigin is expected',
  15: 'the RP ID hash is expected',
  16: 'the user was present',
  17: 'the user was verified, where required',
  18: 'what is not eligible for backup is not backed up',
  19: 'backup eligibility has not changed',
  20: 'client data is hashed as it came',
  21: 'the signature verifies',
  22: 'the signature counter has advanced',
  23: 'extension outputs are processed',
  24: 'the credential record is updated only now',
  25: 'anything else fails the ceremony',
} as const;

/** A step of section 7.1. */
export function registrationStep(number: keyof typeof REGISTRATION): Step {
  return { section: '7.1', number, name: REGISTRATION[number], url: REGISTERING };
}

/** A step of section 7.2. */
export function authenticationStep(number: keyof typeof AUTHENTICATION): Step {
  return { section: '7.2', number, name: AUTHENTICATION[number], url: VERIFYING };
}

/** A section whose steps have no numbers worth giving, by its anchor. */
export function sectionOf(section: string, name: string, anchor: string): Step {
  return { section, name, url: `https://www.w3.org/TR/webauthn-3/#${anchor}` };
}

/** Steps that a server must check: each has faults in the catalogue, and a test says so. */
export const checkedSteps: { readonly '7.1': readonly number[]; readonly '7.2': readonly number[] } = {
  '7.1': [3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 24, 25, 26, 27, 28, 29],
  '7.2': [3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
};
