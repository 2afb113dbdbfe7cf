/** What the manufacturer decided: everything about a device that is not state. The page docs/policy.md is made from these comments. */
import type { CborMap } from '../../cbor/cbor.ts';
import type { CtapLevel } from '../../ctap/level.ts';

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
  /** TPMS_CLOCK_INFO.safe, which TPM 2.0 lets be 0 or 1; the published test vectors have 0x33. Default: 1. */
  readonly clockSafe?: number;
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
