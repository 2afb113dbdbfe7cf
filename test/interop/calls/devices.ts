/** One device twice: as Chromium's virtual authenticator, and as ours. */
import { Authenticator } from '../../../src/authenticator/authenticator.ts';
import type { Policy } from '../../../src/authenticator/policy/type.ts';
import { ScriptedUser, type UserScript } from '../../../src/person/user.ts';

export type Kind = 'key' | 'platform' | 'simple' | 'stranger' | 'patient' | 'u2f';

const features = {
  hasLargeBlob: true,
  hasCredBlob: true,
  hasMinPinLength: true,
  hasHmacSecret: true,
  hasHmacSecretMc: true,
};
const full = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_2',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  ...features,
} as const;

/** Options of `WebAuthn.addVirtualAuthenticator`. */
export const VIRTUAL = {
  key: { ...full, transport: 'usb' },
  platform: { ...full, transport: 'internal' },
  simple: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'usb' },
  stranger: { ...full, transport: 'usb', isUserVerified: false },
  patient: { ...full, transport: 'usb', automaticPresenceSimulation: false },
  u2f: { protocol: 'u2f', transport: 'usb' },
} as const;

/** What Chromium's has: packed attestation with a certificate, no PIN, ES256 and more. */
const common: Partial<Policy> = {
  clientPin: false,
  pinUvAuthProtocols: [1],
  makeCredUvNotRqd: false,
  minPinLengthRpIds: ['localhost'],
  packedAttestation: 'basic',
  algorithms: [-7, -8, -257],
  extensions: ['credProtect', 'credBlob', 'largeBlobKey', 'minPinLength', 'hmac-secret', 'hmac-secret-mc'],
};

const POLICIES: Record<Kind, Partial<Policy>> = {
  key: { ...common, clientPin: true },
  platform: { ...common, transports: ['internal'], u2f: false },
  simple: {
    ...common,
    userVerification: 'none',
    discoverableCapacity: 0,
    credentialManagement: false,
    largeBlobs: false,
    extensions: [],
  },
  stranger: common,
  patient: common,
  u2f: { ctap: 'U2F' },
};

const PERSONS: Record<Kind, UserScript> = {
  key: {},
  platform: {},
  simple: {},
  stranger: { verification: 'fail' },
  patient: { presence: 'ignore', verification: 'ignore' },
  u2f: {},
};

export function ownDevice(kind: Kind): Authenticator {
  return new Authenticator({
    seed: kind,
    policy: POLICIES[kind],
    user: new ScriptedUser(PERSONS[kind]),
  });
}
