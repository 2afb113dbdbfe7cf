/** A ceremony that is about to be signed again: everything in it can be changed, and what is not stays honest. */

import type { AttestationIdentity, AttestationSource } from '../../authority/identity.ts';
import type { CborMap, CborValue } from '../../cbor/cbor.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { PageOrigin } from '../page-origin.ts';

/** What a fault needs from outside its own ceremony. The audit's scenes give it; outside an audit, the caller of `next` does. */
export interface Given {
  /** A challenge of another ceremony, in base64url. */
  readonly challenge?: string;
  /** A credential with its key: another user's, or another of the same. */
  readonly credential?: CredentialRecord;
  /** Another user's name. */
  readonly userName?: string;
  /** The counter of the last sign-in. */
  readonly signCount?: number;
}

/** What both ceremonies have. */
export interface Draft<Options, Response> {
  /** What the server asked for. */
  readonly options: Options;
  /** The honest response. */
  readonly honest: Response;
  /** Where the page is, or which app it was: an origin that the client took. */
  readonly origin: PageOrigin;
  readonly rpId: string;
  /** The device's record of the credential, keys included. */
  readonly credential: CredentialRecord;
  readonly given: Given;

  /** Client data, in this order. */
  clientData: Record<string, unknown>;
  /** From the JSON text of `clientData` to what is hashed and sent. */
  clientDataJSON: (json: string) => Uint8Array;
  rpIdHash: Uint8Array;
  /** The flags byte, which nothing corrects. */
  flags: number;
  signCount: number;
  /** The extensions' CBOR, or other bytes in its place. */
  extensions: Uint8Array;
  /** From the bytes of all of the above to those that are signed and sent. */
  authData: (bytes: Uint8Array) => Uint8Array;
  /** From the response as JSON to what is sent instead. Nothing is signed after this. */
  response: (json: Mutable<Response>) => unknown;
}

/** A registration that is about to be signed again. */
export interface RegistrationDraft
  extends Draft<PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON> {
  readonly ceremony: 'registration';
  aaguid: Uint8Array;
  credentialId: Uint8Array;
  /** Length of the credential ID as it is written. Default: its own. */
  credentialIdLength?: number;
  /** The COSE key, to be written canonically. */
  publicKey: CborMap;
  /** From the COSE key's bytes to those that are signed and sent. */
  publicKeyBytes: (bytes: Uint8Array) => Uint8Array;
  /** The key that signs where the credential's own does. */
  key: KeyPair;
  statement: StatementDraft;
  /** From the members of the attestation object to its bytes. Default: canonical CBOR. */
  attestationObject: (members: Map<string, CborValue>) => Uint8Array;
}

/** How the attestation statement is made. */
export interface StatementDraft {
  /** The format in which it is made. */
  make: string;
  /** What the object says its format is. Default: that in which it was made. */
  fmt?: CborValue;
  /** Whether packed attestation is with the credential's own key. */
  self: boolean;
  /** Who certifies attestation keys. */
  source: AttestationSource;
  /** What it is made over, where that is not what is sent. */
  over: (signed: Signed) => Signed;
  /** From the statement to what is sent instead; `identity` is the last that was asked for. */
  change: (statement: CborValue, identity: AttestationIdentity | undefined) => CborValue | Promise<CborValue>;
}

/** What attestation statements are about. */
export interface Signed {
  readonly authData: Uint8Array;
  readonly clientDataHash: Uint8Array;
}

/** A sign-in that is about to be signed again. */
export interface AssertionDraft
  extends Draft<PublicKeyCredentialRequestOptionsJSON, AuthenticationResponseJSON> {
  readonly ceremony: 'authentication';
  /** Attested credential data, which an honest assertion does not have, or other bytes between counter and extensions. */
  attested: Uint8Array;
  /** Which credential the response says it is. */
  credentialId: Uint8Array;
  /** The key that signs. */
  key: KeyPair;
  /** From what is signed by a right client to what is signed. */
  signed: (data: Uint8Array, parts: AssertionParts) => Uint8Array;
  /** From the signature to what is sent. */
  signature: (signature: Uint8Array, parts: AssertionParts) => Uint8Array | Promise<Uint8Array>;
  /** The user handle that is sent; undefined for none. */
  userHandle: Uint8Array | undefined;
}

/** What goes into an assertion's signature. */
export interface AssertionParts {
  readonly authData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  readonly clientDataHash: Uint8Array;
}

/** JSON as a fault sees it: anything may be put anywhere. */
// biome-ignore lint/suspicious/noExplicitAny: that it becomes of the wrong type is the point.
export type Mutable<T> = { -readonly [K in keyof T]: any } & Record<string, any>;
