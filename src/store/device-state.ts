/** The state that an authenticator keeps across power cycles. Immutable: a change is a new object. */
export interface DeviceState {
  /** LEFT(SHA-256(PIN), 16); absent while no PIN is set. */
  readonly pinHash?: Uint8Array;
  /** Unicode code points of the PIN. */
  readonly pinCodePoints?: number;
  readonly pinRetries: number;
  readonly uvRetries: number;
  readonly uvCountSinceLastPinEntry: number;
  readonly forcePinChange: boolean;
  /** Unicode code points. */
  readonly minPinLength: number;
  /** RP IDs that may learn the minimum PIN length, as set by authenticatorConfig. */
  readonly minPinLengthRpIds: readonly string[];
  readonly pinComplexityPolicy: boolean;
  readonly alwaysUv: boolean;
  readonly enterpriseAttestation: boolean;
  readonly longTouchForReset: boolean;
  /** 32 bytes; made when it is first asked for. */
  readonly persistentPinUvAuthToken?: Uint8Array;
  /** 16 random bytes, new on every reset. */
  readonly deviceIdentifier: Uint8Array;
  /** 16 random bytes, new whenever a discoverable credential is made, changed or deleted. */
  readonly credentialStoreState: Uint8Array;
  /** 32 bytes: the secret of wrapped credential IDs; new on every reset. */
  readonly wrappingSecret: Uint8Array;
  /** The signature counter of policies that have one for the whole device. */
  readonly globalSignCount: number;
  /** The serialized large-blob array, its 16-byte checksum included. */
  readonly largeBlobArray: Uint8Array;
  readonly fingerprints: readonly Fingerprint[];
}

/** An enrolled fingerprint. */
export interface Fingerprint {
  readonly templateId: Uint8Array;
  readonly friendlyName?: string;
}
