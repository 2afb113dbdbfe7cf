// Which files and folders are mutated, and which tests judge each. `whole`: every mutant; otherwise a seeded sample.

/** @typedef {{ mutate: readonly string[], tests: readonly string[] }} Part */
/** @typedef {{ name: string, whole?: true } & (Part | { parts: readonly Part[] })} Room */

const DEVICE = ['authenticator', 'client', 'crypto/pin-uv-auth-protocol', 'ctap', 'decode/trace'];

/** Of a command and its steps: what is quick, and by subject. */
const COMMANDS = [
  'bio-enrollment',
  'client-pin',
  'config',
  'continuations',
  'credential-management',
  'enterprise',
  'extensions',
  'get-assertion',
  'get-info',
  'large-blobs',
  'levels',
  'make-credential',
  'options',
  'pin-uv-auth-token',
  'several-accounts',
  'verification',
].map((subject) => `authenticator/${subject}`);

const commands = (/** @type {readonly string[]} */ names, /** @type {readonly string[]} */ tests) => ({
  mutate: names.map((name) => `src/authenticator/commands/${name}`),
  tests: tests.map((name) => `authenticator/${name}`),
});

/** @type {readonly Room[]} */
export const ROOMS = [
  { name: 'cbor', whole: true, mutate: ['src/cbor/'], tests: ['cbor'] },
  {
    name: 'commands',
    whole: true,
    parts: [
      commands(['client-pin/'], ['client-pin', 'client-pin-refusals', 'pin-uv-auth-token']),
      commands(
        ['make-credential.ts', 'get-assertion.ts', 'get-next-assertion.ts'],
        [
          'make-credential',
          'get-assertion',
          'verification',
          'several-accounts',
          'continuations',
          'enterprise',
          'levels',
          'extensions',
        ],
      ),
      commands(['credential-management/'], ['credential-management', 'credential-listing', 'continuations']),
      commands(['config/', 'large-blobs/'], ['config', 'large-blobs']),
      commands(['bio-enrollment/'], ['bio-enrollment']),
      commands(
        ['get-info/'],
        ['get-info', 'device-description', 'levels', 'config', 'credential-management'],
      ),
      commands(['reset.ts', 'selection.ts'], ['reset', 'device', 'config', 'levels', 'bio-enrollment']),
    ],
  },
  {
    name: 'steps',
    whole: true,
    mutate: ['src/authenticator/steps/'],
    tests: [...COMMANDS, 'authenticator/device'],
  },
  {
    name: 'rp-id-and-origin',
    whole: true,
    mutate: ['src/webauthn/rp-id.ts', 'src/webauthn/origin.ts'],
    tests: ['webauthn', 'client/app'],
  },
  {
    name: 'pin-uv-auth-protocols',
    whole: true,
    mutate: ['src/crypto/pin-uv-auth-protocol.ts'],
    tests: ['crypto/pin-uv-auth-protocol', 'authenticator/client-pin'],
  },
  { name: 'base', mutate: ['src/base/'], tests: ['base', 'portable/convert', 'authenticator/device'] },
  { name: 'ctap', mutate: ['src/ctap/'], tests: ['ctap', 'authenticator'] },
  { name: 'webauthn', mutate: ['src/webauthn/'], tests: ['webauthn', 'client', 'page'] },
  { name: 'crypto', mutate: ['src/crypto/'], tests: ['crypto'] },
  {
    name: 'store',
    mutate: ['src/store/'],
    tests: ['store/memory', 'store/lmdb/store', 'store/lmdb/device', 'authenticator'],
  },
  { name: 'person', mutate: ['src/person/'], tests: ['person', 'authenticator', 'client'] },
  { name: 'authority', mutate: ['src/authority/'], tests: ['authority', 'authenticator/enterprise'] },
  { name: 'authenticator', mutate: ['src/authenticator/'], tests: DEVICE },
  { name: 'client', mutate: ['src/client/'], tests: ['client', 'decode/trace'] },
  { name: 'portable', mutate: ['src/portable/'], tests: ['portable'] },
  { name: 'verify', mutate: ['src/verify/'], tests: ['verify'] },
  { name: 'decode', mutate: ['src/decode/'], tests: ['decode'] },
  { name: 'page', mutate: ['src/page/'], tests: ['page'] },
  { name: 'audit', mutate: ['src/audit/'], tests: ['audit'] },
  { name: 'load', mutate: ['src/load/fleet/'], tests: ['load/fleet'] },
  { name: 'transport', mutate: ['src/transport/'], tests: ['transport'] },
  { name: 'http', mutate: ['src/http/'], tests: ['http'] },
];
