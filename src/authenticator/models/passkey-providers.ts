/** Software that keeps passkeys and copies them to all devices of a person. */
import { aaguid, type Model } from './model.ts';

const LIST = 'https://github.com/passkeydeveloper/passkey-authenticator-aaguids';

/**
 * What they have in common: eligible for backup and backed up, a counter that stays zero, verification by the device's screen
 * lock, no attestation, no room that could run out.
 */
const SYNCED = {
  ctap: '2.3',
  u2f: false,
  transports: ['internal', 'hybrid'],
  userVerification: 'built-in',
  clientPin: false,
  makeCredUvNotRqd: false,
  signCounter: 'zero',
  backup: { eligible: true, state: true },
  attestationFormats: [],
  discoverableCapacity: Number.POSITIVE_INFINITY,
  credentialManagement: false,
  authenticatorConfig: false,
  largeBlobs: false,
  alwaysUv: 'unsupported',
  longTouchForReset: 'unsupported',
  credentialIdLength: 16,
} as const;

export const applePasswords: Model = {
  title: 'Apple Passwords (iCloud Keychain)',
  what: 'A synced passkey provider: ES256, PRF, large blobs',
  aaguidSource: LIST,
  policy: {
    ...SYNCED,
    aaguid: aaguid('fbfc3007-154e-4ecc-8c0b-6e020557d7bd'),
    algorithms: [-7],
    credentialIdLength: 20,
    extensions: ['hmac-secret', 'hmac-secret-mc', 'largeBlob'],
  },
};

export const googlePasswordManager: Model = {
  title: 'Google Password Manager',
  what: 'A synced passkey provider: ES256, PRF',
  aaguidSource: LIST,
  policy: {
    ...SYNCED,
    aaguid: aaguid('ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4'),
    algorithms: [-7],
    extensions: ['hmac-secret', 'hmac-secret-mc'],
  },
};

export const microsoftPasswordManager: Model = {
  title: 'Microsoft Password Manager',
  what: 'A synced passkey provider: ES256',
  aaguidSource: LIST,
  policy: {
    ...SYNCED,
    aaguid: aaguid('d3452668-01fd-4c12-926c-83a4204853aa'),
    algorithms: [-7],
    credentialIdLength: 32,
    extensions: [],
  },
};

export const onePassword: Model = {
  title: '1Password',
  what: 'A password manager with synced passkeys: ES256, PRF',
  aaguidSource: LIST,
  policy: {
    ...SYNCED,
    aaguid: aaguid('bada5566-a7aa-401f-bd96-45619a55120d'),
    algorithms: [-7],
    extensions: ['hmac-secret', 'hmac-secret-mc'],
  },
};

export const bitwarden: Model = {
  title: 'Bitwarden',
  what: 'A password manager with synced passkeys: ES256',
  aaguidSource: LIST,
  policy: {
    ...SYNCED,
    aaguid: aaguid('d548826e-79b4-db40-a3d8-11116f7e8349'),
    algorithms: [-7],
    extensions: [],
  },
};
