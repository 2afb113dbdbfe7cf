/** Keys on a key ring. */
import { aaguid, type Model } from './model.ts';

const YUBICO = 'https://support.yubico.com/hc/en-us/articles/360016648959-YubiKey-Hardware-FIDO2-AAGUIDs';

/** What they have in common: no copies, one counter for all credentials, a touch and no display. */
const ROAMING = {
  transports: ['usb', 'nfc'],
  backup: { eligible: false, state: false },
  signCounter: 'global',
  makeCredUvNotRqd: true,
  credentialIdLength: 64,
  maxCredentialCountInList: 8,
  attestationFormats: ['packed'],
  packedAttestation: 'basic',
} as const;

export const securityKeyWithPin: Model = {
  title: 'YubiKey 5 NFC, firmware 5.7',
  what: 'A CTAP 2.1 security key with a PIN',
  aaguidSource: YUBICO,
  policy: {
    ...ROAMING,
    aaguid: aaguid('a25342c0-3cdc-4414-8e46-f4807fca511c'),
    ctap: '2.1',
    previewCommands: true,
    userVerification: 'none',
    algorithms: [-7, -8, -35],
    discoverableCapacity: 100,
    extensions: ['credProtect', 'hmac-secret', 'largeBlobKey', 'credBlob', 'minPinLength'],
    enterpriseAttestation: true,
    maxRpIdsForSetMinPinLength: 1,
    maxMsgSize: 2048,
    firmwareVersion: 0x05_07_01,
  },
};

export const securityKeyWithFingerprint: Model = {
  title: 'YubiKey Bio, FIDO Edition, firmware 5.5',
  what: 'A CTAP 2.1 security key with a PIN and a fingerprint sensor',
  aaguidSource: YUBICO,
  policy: {
    ...ROAMING,
    transports: ['usb'],
    aaguid: aaguid('d8522d9f-575b-4866-88a9-ba99fa02f35b'),
    ctap: '2.1',
    previewCommands: true,
    userVerification: 'fingerprint',
    fingerprints: { sensor: 'touch', capacity: 5, samples: 5, maxFriendlyNameLength: 15 },
    preferredPlatformUvAttempts: 3,
    algorithms: [-7, -8],
    discoverableCapacity: 25,
    extensions: ['credProtect', 'hmac-secret', 'largeBlobKey', 'credBlob', 'minPinLength'],
    maxRpIdsForSetMinPinLength: 1,
    maxMsgSize: 2048,
    firmwareVersion: 0x05_05_06,
  },
};

export const securityKeyCtap20: Model = {
  title: 'YubiKey 5 NFC, firmware 5.2 to 5.4',
  what: 'A CTAP 2.0 security key with a PIN, and the prototype of credential management',
  aaguidSource: YUBICO,
  policy: {
    ...ROAMING,
    aaguid: aaguid('2fc0579f-8113-47ea-b116-bb5a8db9202a'),
    ctap: '2.0',
    previewCommands: true,
    userVerification: 'none',
    algorithms: [-7, -8],
    discoverableCapacity: 25,
    extensions: ['credProtect', 'hmac-secret'],
    maxMsgSize: 2048,
  },
};

export const u2fKey: Model = {
  title: 'a FIDO U2F security key',
  what: 'A key of CTAP1 alone: a touch, ES256, no discoverable credentials, no verification, no AAGUID',
  policy: {
    ...ROAMING,
    aaguid: new Uint8Array(16),
    ctap: 'U2F',
    userVerification: 'none',
    algorithms: [-7],
    attestationFormats: ['fido-u2f'],
  },
};

export const postQuantumKey: Model = {
  title: 'a post-quantum security key',
  what: 'A CTAP 2.3 security key that prefers ML-DSA; no product of the kind is known',
  policy: {
    ...ROAMING,
    aaguid: aaguid('7374756e-746b-6579-2070-712020203031'),
    ctap: '2.3',
    userVerification: 'none',
    algorithms: [-49, -48, -50, -7],
    discoverableCapacity: 25,
    maxMsgSize: 7609,
  },
};
