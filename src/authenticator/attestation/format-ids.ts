/** Identifiers of the attestation statement formats, apart from the formats: a policy is checked more often than one is made. */

/** Those that can be in a policy, and "none". */
export const attestationFormatIds: readonly string[] = [
  'none',
  'packed',
  'tpm',
  'android-key',
  'android-safetynet',
  'fido-u2f',
  'apple',
  'compound',
];
