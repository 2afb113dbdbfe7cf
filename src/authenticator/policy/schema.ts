/** What the members of a policy may be. */
import { LONGEST_TIMER } from '../../base/clock.ts';
import {
  bytes,
  callable,
  count,
  exactly,
  flag,
  listOf,
  type Members,
  maybe,
  oneOf,
  oneOfNumbers,
  recordOf,
  type Shape,
  such,
  text,
  that,
  whole,
} from '../../base/shape.ts';
import { algorithmIds, algorithmNamed } from '../../crypto/algorithms.ts';
import { ctapLevels } from '../../ctap/level.ts';
import { attestationFormatIds, extensionSince } from '../../ctap/registry.ts';
import type { Policy, VendorConfigCommand } from './type.ts';

/** https://www.w3.org/TR/webauthn-3/#enum-transport */
const TRANSPORTS = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'] as const;

const FEATURES = ['unsupported', 'off', 'on'] as const;

const UINT32 = 0xffff_ffff;

function eachOnce<T>(item: Shape<T>, what: string, least = 0): Shape<T[]> {
  const once = (list: T[]): boolean => new Set(list).size === list.length;
  return such(listOf(item, what, least), once, `${what}, each once`, { uniqueItems: true });
}

const rpIds = (): Shape<string[]> =>
  listOf(text({ least: 1, what: 'an RP ID such as example.com' }), 'an array of RP IDs');
const transports = (least: number): Shape<(typeof TRANSPORTS)[number][]> =>
  eachOnce(oneOf(TRANSPORTS), 'an array of transports', least);
const tcgId = (): Shape<string> =>
  text({ pattern: /^id:[0-9A-Fa-f]{8}$/, what: '"id:" and eight hex digits' });

const vendorConfigCommand: Shape<VendorConfigCommand> = exactly(() => ({
  id: that<number | bigint>(
    (id) =>
      typeof id === 'bigint'
        ? id >= 0n && id < 1n << 64n
        : typeof id === 'number' && Number.isSafeInteger(id) && id >= 0,
    'a number of at most 64 bits',
  ),
  run: callable<VendorConfigCommand['run']>(),
}));

const members = () =>
  ({
    ctap: maybe(oneOf(ctapLevels)),
    u2f: maybe(flag),
    transports: maybe(transports(1)),
    algorithms: maybe(eachOnce(oneOfNumbers(algorithmIds, algorithmNamed), 'an array of COSE numbers', 1)),
    attestationFormats: maybe(
      eachOnce(oneOf(attestationFormatIds.filter((fmt) => fmt !== 'none')), 'an array of formats'),
    ),
    nonDiscoverable: maybe(oneOf(['stored', 'wrapped'])),
    packedAttestation: maybe(oneOf(['self', 'basic'])),
    attestationAlgorithm: maybe(oneOfNumbers([-7, -8, -35, -36, -48, -49, -50])),
    attestationBatch: maybe(whole(0, UINT32)),
    tpm: maybe(
      exactly({
        manufacturer: tcgId(),
        model: text({ least: 1 }),
        version: tcgId(),
        qualifiedNames: maybe(flag),
        clockSafe: maybe(whole(0, 0xff)),
      }),
    ),
    discoverableCapacity: maybe(count()),
    clientPin: maybe(flag),
    pinUvAuthProtocols: maybe(eachOnce(oneOfNumbers([1, 2]), 'an array of protocol numbers')),
    noMcGaPermissionsWithClientPin: maybe(flag),
    userVerification: maybe(oneOf(['none', 'built-in', 'fingerprint'])),
    uvBioEnroll: maybe(flag),
    uvAcfg: maybe(flag),
    preferredPlatformUvAttempts: maybe(whole(1)),
    uvModality: maybe(whole(0, UINT32)),
    makeCredUvNotRqd: maybe(flag),
    extensions: maybe(eachOnce(oneOf(Object.keys(extensionSince)), 'an array of extensions')),
    credentialManagement: maybe(flag),
    perCredMgmtRO: maybe(flag),
    previewCommands: maybe(flag),
    largeBlobs: maybe(flag),
    maxSerializedLargeBlobArray: maybe(whole(1024)),
    maxLargeBlobLength: maybe(whole(0)),
    maxCredBlobLength: maybe(whole(32)),
    authenticatorConfig: maybe(flag),
    alwaysUv: maybe(oneOf([...FEATURES, 'forced'])),
    enterpriseAttestation: maybe(flag),
    serialNumber: maybe(
      text({ pattern: /^[A-Za-z0-9 '()+,\-./:=?]{1,64}$/, what: 'a PrintableString of 1 to 64 characters' }),
    ),
    enterpriseRpIds: maybe(rpIds()),
    platformManagedEnterpriseAttestation: maybe(flag),
    longTouchForReset: maybe(oneOf(FEATURES)),
    transportsForReset: maybe(transports(0)),
    pinComplexityPolicy: maybe(oneOf(FEATURES)),
    pinComplexityPolicyUrl: maybe(text({ least: 1 })),
    maxPinLength: maybe(whole(8, 63)),
    minPinLengthRpIds: maybe(rpIds()),
    maxRpIdsForSetMinPinLength: maybe(whole(0)),
    fingerprints: maybe(
      exactly({
        sensor: oneOf(['touch', 'swipe']),
        capacity: whole(0),
        samples: whole(1),
        maxFriendlyNameLength: whole(1),
      }),
    ),
    signCounter: maybe(oneOf(['per-credential', 'global', 'zero'])),
    backup: maybe(
      such(
        exactly({ eligible: flag, state: flag }),
        ({ eligible, state }) => eligible || !state,
        'no backup state without eligibility',
        {
          anyOf: [{ properties: { eligible: { const: true } } }, { properties: { state: { const: false } } }],
        },
      ),
    ),
    credentialIdLength: maybe(whole(16, 1023)),
    firmwareVersion: maybe(whole(0)),
    certifications: maybe(recordOf(whole(0), 'an object of levels')),
    maxMsgSize: maybe(whole(1024, 7609)),
    maxCredentialCountInList: maybe(whole(1)),
    userActionTimeout: maybe(whole(1, LONGEST_TIMER)),
    resetAnyTime: maybe(flag),
  }) as const satisfies Members;

/** A policy, or some members of it. */
export const policyShape: Shape<Partial<Policy>> = exactly(() => ({
  aaguid: maybe(bytes(16)),
  ...members(),
  vendorConfigCommands: maybe(listOf(vendorConfigCommand, 'an array of commands')),
}));

/** The same as JSON has it: the AAGUID in hex with hyphens, and no functions. */
export const policyJsonShape: Shape<PolicyJson> = exactly(() => ({
  $schema: maybe(text()),
  aaguid: maybe(text({ pattern: /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/, what: 'a UUID' })),
  ...members(),
}));

/** Members of a policy, as JSON. */
export type PolicyJson = Omit<Partial<Policy>, 'aaguid' | 'vendorConfigCommands'> & {
  readonly aaguid?: string;
};
