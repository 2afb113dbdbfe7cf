/** Authenticators that a computer or a phone has built in, whose keys never leave it. */
import { aaguid, type Model } from './model.ts';

/** What they have in common: no copies, verification by the device's own means, no PIN of CTAP's. */
const BOUND = {
  u2f: false,
  transports: ['internal'],
  userVerification: 'built-in',
  clientPin: false,
  backup: { eligible: false, state: false },
  signCounter: 'per-credential',
  makeCredUvNotRqd: false,
  discoverableCapacity: Number.POSITIVE_INFINITY,
  credentialManagement: false,
  authenticatorConfig: false,
  largeBlobs: false,
  alwaysUv: 'unsupported',
  longTouchForReset: 'unsupported',
} as const;

export const windowsHello: Model = {
  title: 'Windows Hello, hardware authenticator',
  what: 'A desktop’s platform authenticator with its keys in a TPM: RS256 and ES256',
  aaguidSource: 'https://github.com/passkeydeveloper/passkey-authenticator-aaguids',
  policy: {
    ...BOUND,
    aaguid: aaguid('08987058-cadc-4b81-b6e1-30de50dcbe96'),
    ctap: '2.2',
    algorithms: [-257, -7],
    attestationFormats: ['tpm'],
    credentialIdLength: 32,
    extensions: ['credProtect', 'hmac-secret', 'hmac-secret-mc'],
  },
};

export const androidDeviceBound: Model = {
  title: 'Android, device-bound',
  what: 'A phone’s platform authenticator with its keys in the Android Keystore: ES256',
  aaguidSource: 'https://mds3.fidoalliance.org/',
  policy: {
    ...BOUND,
    aaguid: aaguid('b93fd961-f2e6-462f-b122-82002247de78'),
    ctap: '2.2',
    algorithms: [-7],
    attestationFormats: ['android-key', 'android-safetynet'],
    credentialIdLength: 65,
    extensions: [],
  },
};
