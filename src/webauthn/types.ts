/** The JSON types of WebAuthn Level 3 (https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON and the sections after it). */

/** Bytes in base64url without padding. */
export type Base64URLString = string;

/** The relying party, as registration options have it. */
export interface PublicKeyCredentialRpEntityJSON {
  readonly id?: string | undefined;
  readonly name: string;
}

/** The user account, as registration options have it. */
export interface PublicKeyCredentialUserEntityJSON {
  /** The user handle: 1 to 64 bytes. */
  readonly id: Base64URLString;
  readonly name: string;
  readonly displayName: string;
}

/** An algorithm that the server takes. */
export interface PublicKeyCredentialParameters {
  readonly type: string;
  /** COSE algorithm number. */
  readonly alg: number;
}

/** A credential by its ID, in `excludeCredentials` and `allowCredentials`. */
export interface PublicKeyCredentialDescriptorJSON {
  readonly type: string;
  readonly id: Base64URLString;
  readonly transports?: readonly string[] | undefined;
}

/** What a server asks of the authenticator at a registration. */
export interface AuthenticatorSelectionCriteria {
  readonly authenticatorAttachment?: string | undefined;
  readonly residentKey?: string | undefined;
  readonly requireResidentKey?: boolean | undefined;
  readonly userVerification?: string | undefined;
}

/**
 * Options of a registration, as JSON: what a server sends
 * ([WebAuthn 5.1](https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson)).
 */
export interface PublicKeyCredentialCreationOptionsJSON {
  readonly rp: PublicKeyCredentialRpEntityJSON;
  readonly user: PublicKeyCredentialUserEntityJSON;
  readonly challenge: Base64URLString;
  readonly pubKeyCredParams: readonly PublicKeyCredentialParameters[];
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly excludeCredentials?: readonly PublicKeyCredentialDescriptorJSON[] | undefined;
  readonly authenticatorSelection?: AuthenticatorSelectionCriteria | undefined;
  readonly hints?: readonly string[] | undefined;
  readonly attestation?: string | undefined;
  readonly attestationFormats?: readonly string[] | undefined;
  readonly extensions?: object | undefined;
}

/**
 * Options of a sign-in, as JSON ([WebAuthn 5.1](https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson)):
 * what a server sends.
 */
export interface PublicKeyCredentialRequestOptionsJSON {
  readonly challenge: Base64URLString;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly rpId?: string | undefined;
  readonly allowCredentials?: readonly PublicKeyCredentialDescriptorJSON[] | undefined;
  readonly userVerification?: string | undefined;
  readonly hints?: readonly string[] | undefined;
  readonly extensions?: object | undefined;
}

/** The `response` of a registration. */
export interface AuthenticatorAttestationResponseJSON {
  clientDataJSON: Base64URLString;
  authenticatorData: Base64URLString;
  transports: string[];
  /** DER SubjectPublicKeyInfo; absent for algorithms the client does not know. */
  publicKey?: Base64URLString;
  publicKeyAlgorithm: number;
  attestationObject: Base64URLString;
}

/** Results of extensions, by their names. (Their types differ between libraries, and a response has to fit each of them unchanged.) */
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type ExtensionResults = Record<string, any>;

/**
 * A registration, as JSON ([WebAuthn 5.1](https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson)): what a server
 * verifies.
 */
export interface RegistrationResponseJSON {
  id: Base64URLString;
  rawId: Base64URLString;
  response: AuthenticatorAttestationResponseJSON;
  authenticatorAttachment?: 'platform' | 'cross-platform';
  clientExtensionResults: ExtensionResults;
  type: 'public-key';
}

/** The `response` of a sign-in. */
export interface AuthenticatorAssertionResponseJSON {
  clientDataJSON: Base64URLString;
  authenticatorData: Base64URLString;
  signature: Base64URLString;
  userHandle?: Base64URLString;
}

/** A sign-in, as JSON ([WebAuthn 5.1](https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson)): what a server verifies. */
export interface AuthenticationResponseJSON {
  id: Base64URLString;
  rawId: Base64URLString;
  response: AuthenticatorAssertionResponseJSON;
  authenticatorAttachment?: 'platform' | 'cross-platform';
  clientExtensionResults: ExtensionResults;
  type: 'public-key';
}

/** The mediation of a request. */
export type Mediation = 'optional' | 'required' | 'conditional' | 'silent';

/** How a browser may ask its user: `immediate` offers credentials that are available now, or rejects at once. */
export type UiMode = 'immediate' | 'passive';

/** PublicKeyCredentialDescriptor with its bytes. */
export interface DescriptorWithBytes {
  readonly type: string;
  readonly id: Uint8Array;
  readonly transports: readonly string[];
}

/** PublicKeyCredentialCreationOptions with their bytes and defaults. */
export interface CreationOptions {
  readonly rp: { readonly id?: string; readonly name: string };
  readonly user: { readonly id: Uint8Array; readonly name: string; readonly displayName: string };
  readonly challenge: Uint8Array;
  readonly pubKeyCredParams: readonly PublicKeyCredentialParameters[];
  readonly timeout?: number;
  readonly excludeCredentials: readonly DescriptorWithBytes[];
  readonly authenticatorSelection: AuthenticatorSelectionCriteria;
  readonly hints: readonly string[];
  readonly attestation: string;
  readonly attestationFormats: readonly string[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** PublicKeyCredentialRequestOptions with their bytes and defaults. */
export interface RequestOptions {
  readonly challenge: Uint8Array;
  readonly timeout?: number;
  readonly rpId?: string;
  readonly allowCredentials: readonly DescriptorWithBytes[];
  readonly userVerification: string;
  readonly hints: readonly string[];
  readonly extensions: Readonly<Record<string, unknown>>;
}
