/**
 * WebAuthn's dictionaries (https://www.w3.org/TR/webauthn-3/, sections 5.1 and 5.4 to 5.8). Each is written here once, over the types of
 * its bytes: a page hands in BufferSources, JSON has base64url. All doors convert options here: `install`, the script in a page,
 * `parse*FromJSON`, and JSON from Node, the command line and HTTP (options.ts).
 */
import { base64url, fromBase64url, isBase64url } from '../base/base64url.ts';
import { bufferSource } from './buffer-source.ts';
import {
  any,
  boolean,
  defaulting,
  dictionary,
  domString,
  empty,
  enumeration,
  type IdlType,
  long,
  type Members,
  record,
  required,
  sequence,
  unexpected,
  unsignedLong,
  usvString,
} from './idl.ts';
import { domException, type PageSignal, signalOf, toArrayBuffer } from './realm.ts';
import type { CreationOptions, Mediation, RequestOptions, UiMode } from './types.ts';

/** Bytes from a page, as JSON has them. */
const pageBytes: IdlType<string> = (value, place, realm) => base64url(bufferSource(value, place, realm));

/** Base64URLString. @throws DOMException EncodingError */
const encoded: IdlType<string> = (value, place, realm) => {
  const text = domString(value, place, realm);
  if (isBase64url(text)) return text;
  throw domException(realm, 'EncodingError', `${place} contains invalid base64url data.`);
};

/** Bytes from JSON, as a page has them. */
const jsonBytes: IdlType<ArrayBuffer> = (value, place, realm) =>
  toArrayBuffer(realm, fromBase64url(encoded(value, place, realm)));

/** Bytes from JSON, as our client has them. */
const clientBytes: IdlType<Uint8Array> = (value, place, realm) => fromBase64url(encoded(value, place, realm));

/** The inputs of the extensions that a client may know: those of Level 3, CTAP's, and Secure Payment Confirmation's. */
function extensionInputs(bytes: IdlType): IdlType {
  const prfValues = dictionary({ first: required(bytes), second: bytes });
  return dictionary({
    appid: domString,
    appidExclude: domString,
    credBlob: bytes,
    credentialProtectionPolicy: usvString,
    credProps: boolean,
    enforceCredentialProtectionPolicy: boolean,
    getCredBlob: boolean,
    hmacCreateSecret: boolean,
    hmacGetSecret: dictionary({ salt1: required(bytes), salt2: bytes }),
    largeBlob: dictionary({ read: boolean, support: domString, write: bytes }),
    minPinLength: boolean,
    payment: dictionary({
      isPayment: boolean,
      payeeName: usvString,
      payeeOrigin: usvString,
      rpId: usvString,
      topOrigin: usvString,
    }),
    pinComplexityPolicy: boolean,
    prf: dictionary({ eval: prfValues, evalByCredential: record(prfValues) }),
    remoteClientDataJSON: domString,
    uvm: boolean,
  });
}

function descriptors(bytes: IdlType): IdlType {
  return sequence(
    dictionary({ id: required(bytes), transports: sequence(domString), type: required(domString) }),
  );
}

/** PublicKeyCredentialEntity, which RP and user are derived from. */
const entity: Members = { name: required(domString) };

function creationOptions(bytes: IdlType, inputs: IdlType): IdlType<Record<string, unknown>> {
  return dictionary({
    attestation: defaulting(domString, () => 'none'),
    attestationFormats: defaulting(sequence(domString), empty),
    authenticatorSelection: dictionary({
      authenticatorAttachment: domString,
      requireResidentKey: defaulting(boolean, () => false),
      residentKey: domString,
      userVerification: defaulting(domString, () => 'preferred'),
    }),
    challenge: required(bytes),
    excludeCredentials: defaulting(descriptors(bytes), empty),
    extensions: inputs,
    hints: defaulting(sequence(domString), empty),
    pubKeyCredParams: required(sequence(dictionary({ alg: required(long), type: required(domString) }))),
    rp: required(dictionary({ id: domString }, entity)),
    timeout: unsignedLong,
    user: required(dictionary({ displayName: required(domString), id: required(bytes) }, entity)),
  });
}

function requestOptions(bytes: IdlType, inputs: IdlType): IdlType<Record<string, unknown>> {
  return dictionary({
    allowCredentials: defaulting(descriptors(bytes), empty),
    challenge: required(bytes),
    extensions: inputs,
    hints: defaulting(sequence(domString), empty),
    rpId: domString,
    timeout: unsignedLong,
    userVerification: defaulting(domString, () => 'preferred'),
  });
}

const jsonInputs = extensionInputs(jsonBytes);
const clientInputs = extensionInputs(encoded);
const pageInputs = extensionInputs(pageBytes);

/** PublicKeyCredentialCreationOptionsJSON to PublicKeyCredentialCreationOptions. */
export const creationOptionsFromJson: IdlType<Record<string, unknown>> = creationOptions(
  jsonBytes,
  jsonInputs,
);

/** PublicKeyCredentialRequestOptionsJSON to PublicKeyCredentialRequestOptions. */
export const requestOptionsFromJson: IdlType<Record<string, unknown>> = requestOptions(jsonBytes, jsonInputs);

/**
 * PublicKeyCredentialCreationOptionsJSON for our client, which has the bytes of the ceremony's own members decoded, and reads those
 * of extensions itself.
 */
export const clientCreationOptions: IdlType<CreationOptions> = creationOptions(
  clientBytes,
  clientInputs,
) as unknown as IdlType<CreationOptions>;

/** PublicKeyCredentialRequestOptionsJSON for our client. */
export const clientRequestOptions: IdlType<RequestOptions> = requestOptions(
  clientBytes,
  clientInputs,
) as unknown as IdlType<RequestOptions>;

/** CredentialMediationRequirement (https://w3c.github.io/webappsec-credential-management/#mediation-requirements). */
const mediation: IdlType<Mediation> = enumeration(
  'conditional',
  'optional',
  'required',
  'silent',
) as IdlType<Mediation>;

/** CredentialUiModeRequirement, as Chromium has it. */
const uiMode: IdlType<UiMode> = enumeration('immediate', 'passive') as IdlType<UiMode>;

const abortSignal: IdlType<PageSignal> = (value, place, realm) => {
  const signal = signalOf(realm, value);
  if (signal !== undefined) return signal;
  throw unexpected(realm, place, 'an AbortSignal', value);
};

/** The argument of `create()` or `get()`, its options as JSON. */
export interface CredentialOptions {
  readonly mediation: Mediation;
  readonly publicKey?: Readonly<Record<string, unknown>>;
  readonly signal?: PageSignal;
  readonly uiMode?: UiMode;
  /** Other types of credentials, unread. */
  readonly [other: string]: unknown;
}

/** Other types of credentials are the browser's own: that they are there is all that is looked at. */
function credentialOptions(publicKey: IdlType, more: Members): IdlType<CredentialOptions> {
  return dictionary({
    digital: any,
    federated: any,
    mediation: defaulting(mediation, () => 'optional'),
    password: any,
    publicKey,
    signal: abortSignal,
    ...more,
  }) as unknown as IdlType<CredentialOptions>;
}

/** CredentialCreationOptions. */
export const credentialCreationOptions: IdlType<CredentialOptions> = credentialOptions(
  creationOptions(pageBytes, pageInputs),
  {},
);

/** CredentialRequestOptions. */
export const credentialRequestOptions: IdlType<CredentialOptions> = credentialOptions(
  requestOptions(pageBytes, pageInputs),
  { identity: any, otp: any, uiMode },
);

/** Of the same, what our client needs beside `publicKey`. */
export const ceremonyOptions: IdlType<{ readonly mediation: Mediation; readonly uiMode?: UiMode }> =
  dictionary({ mediation: defaulting(mediation, () => 'optional'), uiMode }) as unknown as IdlType<{
    readonly mediation: Mediation;
    readonly uiMode?: UiMode;
  }>;

/** The arguments of the signal methods keep their base64url: the methods themselves decode it. */
export const unknownCredentialOptions: IdlType<Record<string, unknown>> = dictionary({
  credentialId: required(domString),
  rpId: required(domString),
});

export const allAcceptedCredentialsOptions: IdlType<Record<string, unknown>> = dictionary({
  allAcceptedCredentialIds: required(sequence(domString)),
  rpId: required(domString),
  userId: required(domString),
});

export const currentUserDetailsOptions: IdlType<Record<string, unknown>> = dictionary({
  displayName: required(domString),
  name: required(domString),
  rpId: required(domString),
  userId: required(domString),
});
