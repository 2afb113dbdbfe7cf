/** What a relying party expects of a response. */
import type { Clock } from '../base/clock.ts';
import type {
  Base64URLString,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../webauthn/types.ts';

/** A credential as a relying party keeps it (https://www.w3.org/TR/webauthn-3/#credential-record); JSON throughout. */
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
  /** Whose it is. */
  readonly userHandle?: Base64URLString;
  readonly rpId?: string;
  readonly attestationObject?: Base64URLString;
  readonly attestationClientDataJSON?: Base64URLString;
}

/** Options as they are, or as servers often wrap them. */
export type Wrapped<T> = T | { readonly publicKey: T };

/** What both ceremonies are judged by. */
export interface Expected {
  /** Origins of the relying party's pages and apps, spelled exactly: `https://login.example.com`. */
  readonly origins: readonly string[];
  /** Default: the options', or the host of the first origin. */
  readonly rpId?: string;
  /** Whether pages in frames of other origins may ask. Default: only if there are `topOrigins`. */
  readonly crossOrigin?: boolean;
  /** Origins of pages that may hold such frames. Default: none. */
  readonly topOrigins?: readonly string[];
  /** Whether the person must have been verified. Default: if the options say `required`. */
  readonly userVerification?: boolean;
  /**
   * Names of checks that are switched off, in full (`registration.challenge`) or without the ceremony (`challenge`). Default: none.
   * For tests of tests: a relying party leaves it out.
   */
  readonly off?: Iterable<string>;
}

/** How attestations are judged. */
export interface AttestationPolicy {
  /** Certificates (PEM, or base64 or bytes of DER) that chains are to end at. Default: chains are not looked at. */
  readonly trustAnchors?: readonly (string | Uint8Array)[];
  /** Whether no attestation will do. Default: yes. */
  readonly none?: boolean;
  /** Whether self attestation will do. Default: yes. */
  readonly self?: boolean;
  /** AAGUIDs (as UUIDs) that will do. Default: any. */
  readonly aaguids?: readonly string[];
  /** What metadata says of a model, by its AAGUID as UUID: `REVOKED`, `ATTESTATION_KEY_COMPROMISE`. */
  readonly statuses?: Readonly<Record<string, readonly string[]>>;
  /** Lists of revoked certificates in PEM. */
  readonly revocationLists?: readonly string[];
  /** Whether an Android key must be kept by hardware, and say so. Default: no. */
  readonly androidHardware?: boolean;
  /** By which certificates are valid. Default: the machine's time. */
  readonly clock?: Clock;
}

/** What a registration is judged by. */
export interface ExpectedRegistration extends Expected {
  /** The options that asked for it. */
  readonly options: Wrapped<PublicKeyCredentialCreationOptionsJSON>;
  /** How it was asked for. Default: not conditionally. */
  readonly mediation?: string;
  /** Whether the credential must be one that can be backed up, or must not. Default: either. */
  readonly backupEligible?: boolean;
  /** Whether it must be backed up, or must not. Default: either. */
  readonly backupState?: boolean;
  /** Whether a credential is registered already, for anybody. Default: none is. */
  readonly isRegistered?: (id: Base64URLString) => boolean | Promise<boolean>;
  readonly attestation?: AttestationPolicy;
}

/** What an authentication is judged by. */
export interface ExpectedAuthentication extends Expected {
  /** The options that asked for it. */
  readonly options: Wrapped<PublicKeyCredentialRequestOptionsJSON>;
  /** The credential, or how to find it by its ID. */
  readonly credential:
    | RelyingPartyCredential
    | ((
        id: Base64URLString,
      ) => RelyingPartyCredential | undefined | Promise<RelyingPartyCredential | undefined>);
  /** Who signs in, if that was known before; `from-response` if the response is to say. Default: nobody asks. */
  readonly user?: { readonly handle: Base64URLString } | 'from-response';
}
