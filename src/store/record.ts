/** A stored credential (WebAuthn's "public key credential source", with the members of extensions). */
export interface CredentialRecord {
  /** Credential ID, 16 to 1023 bytes. */
  readonly id: Uint8Array;
  /** Absent for a credential made over CTAP1/U2F, which knows only the hash. */
  readonly rpId?: string;
  /** SHA-256 of the RP ID (for U2F: the application parameter), 32 bytes. */
  readonly rpIdHash: Uint8Array;
  readonly rpName?: string;
  /** COSE algorithm number. */
  readonly algorithm: number;
  /** Raw private key, see `crypto/key-pair.ts`. */
  readonly privateKey: Uint8Array;
  /** Raw public key, see `crypto/key-pair.ts`. */
  readonly publicKey: Uint8Array;
  readonly discoverable: boolean;
  /** User handle, 1 to 64 bytes; absent only for U2F. */
  readonly userId?: Uint8Array;
  readonly userName?: string;
  readonly userDisplayName?: string;
  /** URL of a picture, which CTAP 2.0 has and later editions dropped. */
  readonly userIcon?: string;
  /** Signature counter: the value of the last authenticator data, 0 to 2^32 - 1. */
  readonly signCount: number;
  readonly backupEligible: boolean;
  readonly backupState: boolean;
  /** credProtect level; 1 when the extension was not used. */
  readonly credProtect: 1 | 2 | 3;
  /** CredRandomWithUV and CredRandomWithoutUV of hmac-secret, 32 bytes each, one after the other. */
  readonly credRandom?: Uint8Array;
  readonly credBlob?: Uint8Array;
  /** 32 bytes. */
  readonly largeBlobKey?: Uint8Array;
  /** The blob of CTAP 2.3's largeBlob extension, compressed by the client, and its original size. */
  readonly largeBlob?: Uint8Array;
  readonly largeBlobOriginalSize?: number;
  /** Whether large blobs may be stored with this credential (CTAP 2.3's largeBlob extension). */
  readonly largeBlobSupported?: boolean;
  readonly thirdPartyPayment?: boolean;
}
