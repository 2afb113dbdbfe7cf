/** What the manufacturer decided: everything about a device that is not state. */

import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { CborMap } from '../../cbor/cbor.ts';
import { type CtapLevel, ctapLevels, knows } from '../../ctap/level.ts';
import { attestationFormatIds, extensionSince, isAttestationFormatId } from '../../ctap/registry.ts';

/** How signature counters count (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
export type SignCounterPolicy = 'per-credential' | 'global' | 'zero';

/** A feature that a device has not, has and leaves the factory without, or leaves it with. */
export type Feature = 'unsupported' | 'off' | 'on';

/** How a TPM presents itself. */
export interface TpmIdentity {
  /** TCG's vendor ID: "id:" and eight hex digits. */
  readonly manufacturer: string;
  readonly model: string;
  /** "id:" and eight hex digits. */
  readonly version: string;
  /** Whether it gives the qualified names of keys (where they are in its hierarchies), which nobody verifies. Default: yes. */
  readonly qualifiedNames?: boolean;
}

/** A command of authenticatorConfig's vendorPrototype. */
export interface VendorConfigCommand {
  /** At most 64 bits. */
  readonly id: number | bigint;
  /** Does it; gets all of subCommandParams. What it throws but a CtapError becomes CTAP1_ERR_OTHER. */
  run(parameters: CborMap): void | Promise<void>;
}

/** A device's fixed properties. Give some of them to `new Authenticator({ policy })`; the rest is {@link defaultPolicy}. */
export interface Policy {
  /** The edition of CTAP it was made to: what came later, it neither offers nor takes, whatever else is said here. */
  readonly ctap: CtapLevel;
  /** Whether it answers CTAP1/U2F messages, too. One made to `U2F` answers nothing else. */
  readonly u2f: boolean;
  /** 16 bytes that name the model. */
  readonly aaguid: Uint8Array;
  /** How clients reach it; "internal" makes it a platform authenticator. */
  readonly transports: readonly string[];
  /** COSE algorithm numbers it can make credentials for, preferred first. */
  readonly algorithms: readonly number[];
  /** Attestation statement formats it can make, preferred first; "none" is always understood and not listed. */
  readonly attestationFormats: readonly string[];
  /**
   * Where credentials go that are not discoverable: into the store, or, wrapped under the device's secret, into their
   * own credential IDs, and then any device with the same secret answers for them.
   */
  readonly nonDiscoverable: 'stored' | 'wrapped';
  /** Whether packed attestation is signed with the credential's own key, or with one of the batch that has a certificate. */
  readonly packedAttestation: 'self' | 'basic';
  /** Devices of one batch share their attestation keys. */
  readonly attestationBatch: number;
  /** How its TPM presents itself, where it attests with one. Default: as a test's. */
  readonly tpm?: TpmIdentity;
  /** How many discoverable credentials it holds; 0 makes it a device without them, Infinity one that is never full. */
  readonly discoverableCapacity: number;
  /** Whether it can have a PIN. */
  readonly clientPin: boolean;
  /** PIN/UV auth protocols it speaks, preferred first; none makes it a device without PIN and tokens. */
  readonly pinUvAuthProtocols: readonly (1 | 2)[];
  /** Whether a PIN gives no permission to make credentials and assertions. */
  readonly noMcGaPermissionsWithClientPin: boolean;
  /**
   * Whether it verifies its user by itself: not at all, with a method that is set up from the start, or with
   * fingerprints that have to be enrolled first.
   */
  readonly userVerification: 'none' | 'built-in' | 'fingerprint';
  /** Whether a token for enrolling fingerprints can be had by built-in verification. */
  readonly uvBioEnroll: boolean;
  /** Whether a token for authenticatorConfig can be had by built-in verification. */
  readonly uvAcfg: boolean;
  /**
   * How often a platform should let the device try to verify its user before it asks for the PIN; the device itself asks
   * again only where this is 1.
   */
  readonly preferredPlatformUvAttempts: number;
  /**
   * The ways of built-in verification, as bits of the FIDO registry of predefined values (USER_VERIFY_…). Absent: a
   * fingerprint for `fingerprint`, a passcode entered on the device for `built-in`.
   */
  readonly uvModality?: number;
  /** Whether a credential that is not discoverable can be made without verification, though the device is protected. */
  readonly makeCredUvNotRqd: boolean;
  /** Identifiers of the extensions it has. */
  readonly extensions: readonly string[];
  /** Whether it has authenticatorCredentialManagement. */
  readonly credentialManagement: boolean;
  /** Whether persistent tokens, which only read, are taken by authenticatorCredentialManagement. */
  readonly perCredMgmtRO: boolean;
  /**
   * Whether it says that it has the prototypes of credential management and enrolment (`FIDO_2_1_PRE`). From CTAP 2.1 on their
   * command bytes are answered either way, as there are clients that send no others; before, only with this.
   */
  readonly previewCommands: boolean;
  /** Whether it has authenticatorLargeBlobs. Excludes the extension largeBlob. */
  readonly largeBlobs: boolean;
  /** Bytes of the serialized large-blob array, 1024 or more. */
  readonly maxSerializedLargeBlobArray: number;
  /** Bytes that the extension largeBlob keeps with a credential; 0 is a device whose memory is used up. */
  readonly maxLargeBlobLength: number;
  /** Bytes that the extension credBlob keeps with a credential, 32 or more. */
  readonly maxCredBlobLength: number;
  /** Whether it has authenticatorConfig. */
  readonly authenticatorConfig: boolean;
  /** Whether it can be told to verify its user always; `forced` cannot be told otherwise. */
  readonly alwaysUv: Feature | 'forced';
  /** Whether it can attest for enterprises, once authenticatorConfig has enabled it. */
  readonly enterpriseAttestation: boolean;
  /** Names this one device in enterprise attestations: letters, digits, space and '()+,-./:=?. */
  readonly serialNumber: string;
  /** RP IDs that get an enterprise attestation when the request leaves the choice to the device's vendor. */
  readonly enterpriseRpIds: readonly string[];
  /** Whether the platform's choice is taken, too; if not, the vendor's list holds for both. */
  readonly platformManagedEnterpriseAttestation: boolean;
  /** Whether it can ask for a long touch before it resets. */
  readonly longTouchForReset: Feature;
  /** Over which transports it can be reset. Absent: over all. */
  readonly transportsForReset?: readonly string[];
  /** Whether it can be told to refuse simple PINs. */
  readonly pinComplexityPolicy: Feature;
  /** Where its rules for PINs can be read. */
  readonly pinComplexityPolicyUrl?: string;
  /** Unicode code points of the longest PIN, 8 to 63. */
  readonly maxPinLength: number;
  /** RP IDs that may learn the minimum PIN length whatever authenticatorConfig says. */
  readonly minPinLengthRpIds: readonly string[];
  /** How many more RP IDs authenticatorConfig can set for that. */
  readonly maxRpIdsForSetMinPinLength: number;
  /** Commands of authenticatorConfig's vendorPrototype. */
  readonly vendorConfigCommands: readonly VendorConfigCommand[];
  /** The sensor, and what it keeps, where `userVerification` is `fingerprint`. */
  readonly fingerprints: {
    readonly sensor: 'touch' | 'swipe';
    /** How many fingerprints can be enrolled. */
    readonly capacity: number;
    /** How many good samples it takes to enrol one. */
    readonly samples: number;
    /** UTF-8 bytes. */
    readonly maxFriendlyNameLength: number;
  };
  /** How signature counters count. */
  readonly signCounter: SignCounterPolicy;
  /** Flags BE and BS of credentials it makes. BS without BE is refused. */
  readonly backup: { readonly eligible: boolean; readonly state: boolean };
  /** Length of credential IDs in bytes, 16 to 1023. */
  readonly credentialIdLength: number;
  /** The firmware's version number. */
  readonly firmwareVersion: number;
  /** Certifications by name, such as `FIDO` or `FIPS-CMVP-3`, with their level. */
  readonly certifications?: Readonly<Record<string, number>>;
  /** Longest message it takes, command byte included: 1024 to 7609 bytes. */
  readonly maxMsgSize: number;
  /** Longest allowList and excludeList. */
  readonly maxCredentialCountInList: number;
  /** How long it waits for its user, milliseconds. */
  readonly userActionTimeout: number;
  /** Lifts the rule that authenticatorReset works only in the ten seconds after power-up. */
  readonly resetAnyTime: boolean;
}

/** A roaming CTAP 2.3 security key that verifies its user itself, and can have a PIN. */
export const defaultPolicy: Policy = {
  ctap: '2.3',
  u2f: true,
  // "stuntkey test" and a version, in ASCII: nobody can take it for a product's.
  aaguid: Uint8Array.of(
    0x73,
    0x74,
    0x75,
    0x6e,
    0x74,
    0x6b,
    0x65,
    0x79,
    0x20,
    0x74,
    0x65,
    0x73,
    0x74,
    0x20,
    0x30,
    0x31,
  ),
  transports: ['usb'],
  algorithms: [-7, -8],
  attestationFormats: ['packed'],
  packedAttestation: 'self',
  attestationBatch: 1,
  nonDiscoverable: 'stored',
  discoverableCapacity: Number.POSITIVE_INFINITY,
  clientPin: true,
  pinUvAuthProtocols: [2, 1],
  noMcGaPermissionsWithClientPin: false,
  userVerification: 'built-in',
  uvBioEnroll: false,
  uvAcfg: false,
  preferredPlatformUvAttempts: 1,
  makeCredUvNotRqd: true,
  extensions: [
    'credProtect',
    'credBlob',
    'largeBlobKey',
    'minPinLength',
    'hmac-secret',
    'hmac-secret-mc',
    'thirdPartyPayment',
  ],
  credentialManagement: true,
  perCredMgmtRO: true,
  previewCommands: false,
  largeBlobs: true,
  maxSerializedLargeBlobArray: 4096,
  maxLargeBlobLength: 4096,
  maxCredBlobLength: 32,
  authenticatorConfig: true,
  alwaysUv: 'off',
  enterpriseAttestation: false,
  serialNumber: 'stuntkey test 0001',
  enterpriseRpIds: [],
  platformManagedEnterpriseAttestation: true,
  longTouchForReset: 'off',
  pinComplexityPolicy: 'unsupported',
  maxPinLength: 63,
  minPinLengthRpIds: [],
  maxRpIdsForSetMinPinLength: 8,
  vendorConfigCommands: [],
  fingerprints: { sensor: 'touch', capacity: 5, samples: 3, maxFriendlyNameLength: 64 },
  signCounter: 'per-credential',
  backup: { eligible: false, state: false },
  credentialIdLength: 32,
  firmwareVersion: 1,
  maxMsgSize: 7609,
  maxCredentialCountInList: 64,
  userActionTimeout: 30_000,
  resetAnyTime: false,
};

function check(holds: boolean, member: string, expected: string, got: unknown): void {
  if (!holds)
    throw new StuntkeyError('bad-policy', `policy.${member}: expected ${expected}, got ${String(got)}`);
}

/** Policies that came out of here: they are complete and checked, and many devices may have the same. */
const resolved = new WeakSet<Partial<Policy>>();

/**
 * Completes a policy with the defaults, takes out what its level does not know, and checks it.
 *
 * @throws StuntkeyError `bad-policy` naming the member
 */
export function resolvePolicy(given: Partial<Policy> = {}): Policy {
  if (resolved.has(given)) return given as Policy;
  check(
    given.ctap === undefined || ctapLevels.includes(given.ctap),
    'ctap',
    `one of ${ctapLevels.join(', ')}`,
    given.ctap,
  );
  const policy = fitted({ ...defaultPolicy, ...given });
  const { aaguid, algorithms, backup, credentialIdLength, maxMsgSize, discoverableCapacity } = policy;
  check(aaguid instanceof Uint8Array && aaguid.length === 16, 'aaguid', '16 bytes', aaguid?.length);
  check(
    algorithms.length > 0 && algorithms.every(Number.isInteger),
    'algorithms',
    'COSE numbers, at least one',
    algorithms,
  );
  check(
    policy.attestationFormats.every((fmt) => fmt !== 'none' && isAttestationFormatId(fmt)),
    'attestationFormats',
    `of ${attestationFormatIds.filter((fmt) => fmt !== 'none').join(', ')}`,
    policy.attestationFormats,
  );
  check(
    !policy.attestationFormats.includes('compound') || policy.attestationFormats.length > 2,
    'attestationFormats',
    'two formats or more beside compound',
    policy.attestationFormats,
  );
  check(
    backup.eligible || !backup.state,
    'backup',
    'no backup state without eligibility',
    'state without eligible',
  );
  check(
    Number.isInteger(credentialIdLength) && credentialIdLength >= 16 && credentialIdLength <= 1023,
    'credentialIdLength',
    '16 to 1023',
    credentialIdLength,
  );
  check(
    Number.isInteger(maxMsgSize) && maxMsgSize >= 1024 && maxMsgSize <= 7609,
    'maxMsgSize',
    '1024 to 7609',
    maxMsgSize,
  );
  check(
    discoverableCapacity >= 0 && !Number.isNaN(discoverableCapacity),
    'discoverableCapacity',
    'a count',
    discoverableCapacity,
  );
  checkManagement(policy);
  resolved.add(policy);
  return policy;
}

/** U2F is for keys that are carried around. */
const U2F_TRANSPORTS: readonly string[] = ['usb', 'nfc', 'ble'];

/** A policy as its level lets it be. */
function fitted(policy: Policy): Policy {
  const { ctap } = policy;
  const older = (since: CtapLevel): boolean => !knows(ctap, since);
  return {
    ...policy,
    u2f:
      (policy.u2f || ctap === 'U2F') &&
      policy.transports.some((transport) => U2F_TRANSPORTS.includes(transport)),
    extensions: policy.extensions.filter((id) => knows(ctap, extensionLevel(id, policy))),
    ...(older('2.0') && { clientPin: false, discoverableCapacity: 0, previewCommands: false }),
    ...(older('2.1') && {
      pinUvAuthProtocols: policy.pinUvAuthProtocols.filter((version) => version === 1 && !older('2.0')),
      noMcGaPermissionsWithClientPin: false,
      makeCredUvNotRqd: false,
      credentialManagement: policy.credentialManagement && policy.previewCommands && !older('2.0'),
      largeBlobs: false,
      authenticatorConfig: false,
      alwaysUv: 'unsupported',
      enterpriseAttestation: false,
      preferredPlatformUvAttempts: 1,
    }),
    ...(older('2.2') && {
      perCredMgmtRO: false,
      longTouchForReset: 'unsupported',
      pinComplexityPolicy: 'unsupported',
      maxPinLength: 63,
    }),
  };
}

/** The level at which an extension can be had; credProtect came with the prototypes, between two of them. */
function extensionLevel(id: string, { previewCommands }: Policy): CtapLevel {
  if (id === 'credProtect' && previewCommands) return '2.0';
  return extensionSince[id] ?? '2.0';
}

function checkManagement(policy: Policy): void {
  check(
    /^[A-Za-z0-9 '()+,\-./:=?]{1,64}$/.test(policy.serialNumber),
    'serialNumber',
    'a PrintableString of 1 to 64 characters',
    policy.serialNumber,
  );
  const { extensions, fingerprints, maxCredBlobLength, maxSerializedLargeBlobArray } = policy;
  check(
    !extensions.includes('largeBlob') || !(policy.largeBlobs || extensions.includes('largeBlobKey')),
    'extensions',
    'either largeBlob or largeBlobKey with largeBlobs',
    extensions,
  );
  check(
    !extensions.includes('hmac-secret-mc') || extensions.includes('hmac-secret'),
    'extensions',
    'no hmac-secret-mc without hmac-secret',
    extensions,
  );
  check(
    Number.isInteger(maxSerializedLargeBlobArray) && maxSerializedLargeBlobArray >= 1024,
    'maxSerializedLargeBlobArray',
    'at least 1024',
    maxSerializedLargeBlobArray,
  );
  check(
    Number.isInteger(maxCredBlobLength) && maxCredBlobLength >= 32,
    'maxCredBlobLength',
    'at least 32',
    maxCredBlobLength,
  );
  check(
    Number.isInteger(policy.preferredPlatformUvAttempts) && policy.preferredPlatformUvAttempts >= 1,
    'preferredPlatformUvAttempts',
    'at least 1',
    policy.preferredPlatformUvAttempts,
  );
  check(
    Number.isInteger(fingerprints.samples) && fingerprints.samples >= 1,
    'fingerprints.samples',
    'at least 1',
    fingerprints.samples,
  );
}
