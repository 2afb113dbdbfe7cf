/** The manufacturer's decisions: everything about a device that is not state. The page docs/policy.md is made from these comments. */
import type { CborMap } from '../../cbor/cbor.ts';
import type { CtapLevel } from '../../ctap/level.ts';

/** How signature counters count (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
export type SignCounterPolicy = 'per-credential' | 'global' | 'zero';

/** A feature that a device lacks, that is off when it leaves the factory, or that is on. */
export type Feature = 'unsupported' | 'off' | 'on';

/** How a TPM presents itself. */
export interface TpmIdentity {
  /** TCG's vendor ID: "id:" and eight hex digits. */
  readonly manufacturer: string;
  readonly model: string;
  /** "id:" and eight hex digits. */
  readonly version: string;
  /** Whether it gives the qualified names of keys (their places in its hierarchies), which no verifier checks. Default: true. */
  readonly qualifiedNames?: boolean;
  /** TPMS_CLOCK_INFO.safe, which TPM 2.0 lets be 0 or 1; the published test vectors have 0x33. Default: 1. */
  readonly clockSafe?: number;
}

/** A command of authenticatorConfig's vendorPrototype. */
export interface VendorConfigCommand {
  /** At most 64 bits. */
  readonly id: number | bigint;
  /** Runs the command with all of subCommandParams. An error other than a CtapError becomes CTAP1_ERR_OTHER. */
  run(parameters: CborMap): void | Promise<void>;
}

/** A device's fixed properties. Give some of them to `new Authenticator({ policy })`; the rest is {@link defaultPolicy}. */
export interface Policy {
  /** The edition of CTAP that it follows: it neither offers nor accepts what later editions added, whatever the other members say. */
  readonly ctap: CtapLevel;
  /** Whether it also answers CTAP1/U2F messages. A device of the edition `U2F` answers nothing else. */
  readonly u2f: boolean;
  /** 16 bytes that name the model. */
  readonly aaguid: Uint8Array;
  /** How clients reach it. "internal" makes it a platform authenticator. */
  readonly transports: readonly string[];
  /** COSE algorithm numbers it can make credentials for, preferred first. */
  readonly algorithms: readonly number[];
  /** Attestation statement formats that it can make, preferred first. It always has "none", which is not listed. */
  readonly attestationFormats: readonly string[];
  /**
   * Where it keeps credentials that are not discoverable: in the store, or, wrapped under the device's secret, in their
   * own credential IDs. Then any device with the same secret answers for them.
   */
  readonly nonDiscoverable: 'stored' | 'wrapped';
  /** Whether packed attestation is signed with the credential's own key, or with a key of the batch that has a certificate. */
  readonly packedAttestation: 'self' | 'basic';
  /** COSE number of the key of the batch, with which a packed statement that has a certificate is signed. */
  readonly attestationAlgorithm: number;
  /** Devices of one batch share their attestation keys. */
  readonly attestationBatch: number;
  /** How its TPM presents itself, if it attests with one. Default: as a TPM for tests. */
  readonly tpm?: TpmIdentity;
  /** How many discoverable credentials it holds. With 0 it supports none, with Infinity it is never full. */
  readonly discoverableCapacity: number;
  /** Whether it can have a PIN. */
  readonly clientPin: boolean;
  /** PIN/UV auth protocols that it supports, preferred first. Without any it has no PIN and no tokens. */
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
  /** Whether authenticatorCredentialManagement accepts persistent tokens, which are read-only. */
  readonly perCredMgmtRO: boolean;
  /**
   * Whether it lists the prototypes of credential management and enrollment (`FIDO_2_1_PRE`). From CTAP 2.1 on, their
   * command bytes are answered either way, because some clients send no others; before, only with this.
   */
  readonly previewCommands: boolean;
  /** Whether it has authenticatorLargeBlobs. Excludes the extension largeBlob. */
  readonly largeBlobs: boolean;
  /** Bytes of the serialized large-blob array, 1024 or more. */
  readonly maxSerializedLargeBlobArray: number;
  /** Bytes that the extension largeBlob keeps with a credential; 0 is a device whose memory is full. */
  readonly maxLargeBlobLength: number;
  /** Bytes that the extension credBlob keeps with a credential, 32 or more. */
  readonly maxCredBlobLength: number;
  /** Whether it has authenticatorConfig. */
  readonly authenticatorConfig: boolean;
  /** Whether it can be set to verify its user always; `forced` cannot be switched off. */
  readonly alwaysUv: Feature | 'forced';
  /** Whether it can attest for enterprises, once authenticatorConfig has enabled it. */
  readonly enterpriseAttestation: boolean;
  /** Names this device in enterprise attestations: letters, digits, space and '()+,-./:=?. */
  readonly serialNumber: string;
  /** RP IDs that get an enterprise attestation when the request asks for a vendor-facilitated one. */
  readonly enterpriseRpIds: readonly string[];
  /** Whether it also accepts a platform-managed request; if not, the vendor's list decides for both. */
  readonly platformManagedEnterpriseAttestation: boolean;
  /** Whether it can ask for a long touch before it resets. */
  readonly longTouchForReset: Feature;
  /** The transports over which it can be reset. Absent: all. */
  readonly transportsForReset?: readonly string[];
  /** Whether it can be set to refuse simple PINs. */
  readonly pinComplexityPolicy: Feature;
  /** The URL of its rules for PINs. */
  readonly pinComplexityPolicyUrl?: string;
  /** Unicode code points of the longest PIN, 8 to 63. */
  readonly maxPinLength: number;
  /** RP IDs that may learn the minimum PIN length, besides those that authenticatorConfig sets. */
  readonly minPinLengthRpIds: readonly string[];
  /** How many RP IDs authenticatorConfig can add to those. */
  readonly maxRpIdsForSetMinPinLength: number;
  /** Commands of authenticatorConfig's vendorPrototype. */
  readonly vendorConfigCommands: readonly VendorConfigCommand[];
  /** The sensor and its memory, where `userVerification` is `fingerprint`. */
  readonly fingerprints: {
    readonly sensor: 'touch' | 'swipe';
    /** How many fingerprints can be enrolled. */
    readonly capacity: number;
    /** How many good samples a fingerprint needs. */
    readonly samples: number;
    /** UTF-8 bytes. */
    readonly maxFriendlyNameLength: number;
  };
  /** How signature counters count. */
  readonly signCounter: SignCounterPolicy;
  /** Flags BE and BS of its credentials. BS without BE is refused. */
  readonly backup: { readonly eligible: boolean; readonly state: boolean };
  /** Length of credential IDs in bytes, 16 to 1023. */
  readonly credentialIdLength: number;
  /** The firmware's version number. */
  readonly firmwareVersion: number;
  /** Certifications by name, such as `FIDO` or `FIPS-CMVP-3`, with their level. */
  readonly certifications?: Readonly<Record<string, number>>;
  /** The longest message that it accepts, command byte included: 1024 to 7609 bytes. */
  readonly maxMsgSize: number;
  /** Longest allowList and excludeList. */
  readonly maxCredentialCountInList: number;
  /** How long it waits for its user, milliseconds. */
  readonly userActionTimeout: number;
  /** Lifts the rule that authenticatorReset works only in the ten seconds after power-up. */
  readonly resetAnyTime: boolean;
}
