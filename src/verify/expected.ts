/** What a relying party expects of a response. */
import type { Clock } from '../base/clock.ts';
import type {
  Base64URLString,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../webauthn/types.ts';

/** A credential as a relying party stores it (https://www.w3.org/TR/webauthn-3/#credential-record); JSON throughout. */
export interface RelyingPartyCredential {
  readonly type: string;
  readonly id: Base64URLString;
  /** CBOR of the COSE key. */
  readonly publicKey: Base64URLString;
  /** 0 to 2^32 - 1. */
  readonly signCount: number;
  readonly uvInitialized: boolean;
  readonly transports: readonly string[];
  readonly backupEligible: boolean;
  readonly backupState: boolean;
  /** The owner's user handle. */
  readonly userHandle?: Base64URLString;
  readonly rpId?: string;
  readonly attestationObject?: Base64URLString;
  readonly attestationClientDataJSON?: Base64URLString;
}

/** Options, or options in the wrapper that many servers send. */
export type Wrapped<T> = T | { readonly publicKey: T };

/** What a relying party expects in both ceremonies. */
export interface Expected {
  /** Origins of the relying party's pages and apps, spelled exactly: `https://login.example.com`. */
  readonly origins: readonly string[];
  /** Default: that of the options, or the host of the first origin. */
  readonly rpId?: string;
  /** Whether the page may be in a frame of another origin. Default: only if there are `topOrigins`. */
  readonly crossOrigin?: boolean;
  /** Origins of top-level pages that may have such frames. Default: none. */
  readonly topOrigins?: readonly string[];
  /** Whether the user must have been verified. Default: true if the options say `required`. */
  readonly userVerification?: boolean;
  /**
   * Names of checks that are switched off, in full (`registration.challenge`) or without the ceremony (`challenge`). Default: none.
   * For testing tests: a real relying party leaves it out.
   */
  readonly off?: Iterable<string>;
}

/** What a relying party expects of attestations. */
export interface AttestationPolicy {
  /** Certificates (PEM, or base64 or bytes of DER) that chains have to end at. Default: chains are not checked. */
  readonly trustAnchors?: readonly (string | Uint8Array)[];
  /** Whether no attestation is accepted. Default: true. */
  readonly none?: boolean;
  /** Whether self attestation is accepted. Default: true. */
  readonly self?: boolean;
  /** AAGUIDs (as UUIDs) that are accepted. Default: any. */
  readonly aaguids?: readonly string[];
  /** The status of models in metadata, by AAGUID as UUID: `REVOKED`, `ATTESTATION_KEY_COMPROMISE`. */
  readonly statuses?: Readonly<Record<string, readonly string[]>>;
  /** Lists of revoked certificates in PEM. */
  readonly revocationLists?: readonly string[];
  /** Whether an Android key must be in hardware by its attestation. Default: false. */
  readonly androidHardware?: boolean;
  /** The time at which certificates have to be valid. Default: the machine's time. */
  readonly clock?: Clock;
}

/** What a relying party expects of a registration. */
export interface ExpectedRegistration extends Expected {
  /** The options that asked for it. */
  readonly options: Wrapped<PublicKeyCredentialCreationOptionsJSON>;
  /** The mediation of the request. Default: not conditional. */
  readonly mediation?: string;
  /** Whether the credential must be eligible for backup (true), or must not (false). Default: either. */
  readonly backupEligible?: boolean;
  /** Whether it must be backed up (true), or must not (false). Default: either. */
  readonly backupState?: boolean;
  /** Whether a credential is registered already, for any user. Default: none is. */
  readonly isRegistered?: (id: Base64URLString) => boolean | Promise<boolean>;
  readonly attestation?: AttestationPolicy;
}

/** What a relying party expects of an authentication. */
export interface ExpectedAuthentication extends Expected {
  /** The options that asked for it. */
  readonly options: Wrapped<PublicKeyCredentialRequestOptionsJSON>;
  /** The credential, or how to find it by its ID. */
  readonly credential:
    | RelyingPartyCredential
    | ((
        id: Base64URLString,
      ) => RelyingPartyCredential | undefined | Promise<RelyingPartyCredential | undefined>);
  /** The user who signs in, if known before; `from-response` if the response has to name the user. Default: the user is not checked. */
  readonly user?: { readonly handle: Base64URLString } | 'from-response';
}
