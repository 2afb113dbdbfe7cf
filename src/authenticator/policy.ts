/** What the manufacturer decided: everything about a device that is not state. */
import type { CborMap } from '../codec/cbor.ts';
import { StuntkeyError } from '../codec/stuntkey-error.ts';

/** How signature counters count (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
export type SignCounterPolicy = 'per-credential' | 'global' | 'zero';

/** A feature that a device has not, has and leaves the factory without, or leaves it with. */
export type Feature = 'unsupported' | 'off' | 'on';

/** A command of authenticatorConfig's vendorPrototype. */
export interface VendorConfigCommand {
  /** At most 64 bits. */
  readonly id: number | bigint;
  /** Does it; gets all of subCommandParams. What it throws but a CtapError becomes CTAP1_ERR_OTHER. */
  run(parameters: CborMap): void | Promise<void>;
}

/** A device's fixed properties. Give some of them to `new Authenticator({ policy })`; the rest is {@link defaultPolicy}. */
export interface Policy {
  /** 16 bytes that name the model. */
  readonly aaguid: Uint8Array;
  /** How clients reach it; "internal" makes it a platform authenticator. */
  readonly transports: readonly string[];
  /** COSE algorithm numbers it can make credentials for, preferred first. */
  readonly algorithms: readonly number[];
  /** Attestation statement formats it can make, preferred first; "none" is always understood and not listed. */
  readonly attestationFormats: readonly string[];
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
  /** Whether a credential that is not discoverable can be made without verification, though the device is protected. */
  readonly makeCredUvNotRqd: boolean;
  /** Identifiers of the extensions it has. */
  readonly extensions: readonly string[];
  /** Whether it has authenticatorCredentialManagement. */
  readonly credentialManagement: boolean;
  /** Whether persistent tokens, which only read, are taken by authenticatorCredentialManagement. */
  readonly perCredMgmtRO: boolean;
  /** Whether credential management and enrolment are there under the command bytes of CTAP 2.1's prototypes, too. */
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
  /** Whether it can ask for a long touch before it resets. */
  readonly longTouchForReset: Feature;
  /** Whether it can be told to refuse simple PINs. */
  readonly pinComplexityPolicy: Feature;
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
  /** Longest message it takes, command byte included: 1024 to 7609 bytes. */
  readonly maxMsgSize: number;
  /** Longest allowList and excludeList. */
  readonly maxCredentialCountInList: number;
  /** How long it waits for its user, milliseconds. */
  readonly userActionTimeout: number;
  /** Lifts the rule that authenticatorReset works only in the ten seconds after power-up. */
  readonly resetAnyTime: boolean;
}

/** A roaming CTAP 2.1 security key that verifies its user itself. */
export const defaultPolicy: Policy = {
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
  discoverableCapacity: Number.POSITIVE_INFINITY,
  clientPin: false,
  pinUvAuthProtocols: [],
  noMcGaPermissionsWithClientPin: false,
  userVerification: 'built-in',
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
  perCredMgmtRO: false,
  previewCommands: false,
  largeBlobs: true,
  maxSerializedLargeBlobArray: 4096,
  maxLargeBlobLength: 4096,
  maxCredBlobLength: 32,
  authenticatorConfig: true,
  alwaysUv: 'off',
  enterpriseAttestation: false,
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
  maxMsgSize: 7609,
  maxCredentialCountInList: 64,
  userActionTimeout: 30_000,
  resetAnyTime: false,
};

function check(holds: boolean, member: string, expected: string, got: unknown): void {
  if (!holds)
    throw new StuntkeyError('bad-policy', `policy.${member}: expected ${expected}, got ${String(got)}`);
}

/**
 * Completes a policy with the defaults and checks it.
 *
 * @throws StuntkeyError `bad-policy` naming the member
 */
export function resolvePolicy(given: Partial<Policy> = {}): Policy {
  const policy: Policy = { ...defaultPolicy, ...given };
  const { aaguid, algorithms, backup, credentialIdLength, maxMsgSize, discoverableCapacity } = policy;
  check(aaguid instanceof Uint8Array && aaguid.length === 16, 'aaguid', '16 bytes', aaguid?.length);
  check(
    algorithms.length > 0 && algorithms.every(Number.isInteger),
    'algorithms',
    'COSE numbers, at least one',
    algorithms,
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
  return policy;
}

function checkManagement(policy: Policy): void {
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
    Number.isInteger(fingerprints.samples) && fingerprints.samples >= 1,
    'fingerprints.samples',
    'at least 1',
    fingerprints.samples,
  );
}
