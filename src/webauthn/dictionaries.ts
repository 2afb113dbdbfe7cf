/**
 * WebAuthn's dictionaries (https://www.w3.org/TR/webauthn-3/, sections 5.1 and 5.4 to 5.8). Each stands here once, over the type of
 * its bytes: a page hands in BufferSources, JSON has base64url.
 */
import { base64url, fromBase64url, isBase64url } from '../base/base64url.ts';
import { bufferSource } from './buffer-source.ts';
import {
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
import { domException, toArrayBuffer } from './realm.ts';
import type { Mediation } from './types.ts';

/** Bytes from a page, as JSON has them. */
const pageBytes: IdlType<string> = (value, place, realm) => base64url(bufferSource(value, place, realm));

/** Bytes from JSON, as a page has them. */
const jsonBytes: IdlType<ArrayBuffer> = (value, place, realm) => {
  const text = domString(value, place, realm);
  if (isBase64url(text)) return toArrayBuffer(realm, fromBase64url(text));
  throw domException(realm, 'EncodingError', `${place} contains invalid base64url data.`);
};

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

function creationOptions(bytes: IdlType): IdlType<Record<string, unknown>> {
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
    extensions: extensionInputs(bytes),
    hints: defaulting(sequence(domString), empty),
    pubKeyCredParams: required(sequence(dictionary({ alg: required(long), type: required(domString) }))),
    rp: required(dictionary({ id: domString }, entity)),
    timeout: unsignedLong,
    user: required(dictionary({ displayName: required(domString), id: required(bytes) }, entity)),
  });
}

function requestOptions(bytes: IdlType): IdlType<Record<string, unknown>> {
  return dictionary({
    allowCredentials: defaulting(descriptors(bytes), empty),
    challenge: required(bytes),
    extensions: extensionInputs(bytes),
    hints: defaulting(sequence(domString), empty),
    rpId: usvString,
    timeout: unsignedLong,
    userVerification: defaulting(domString, () => 'preferred'),
  });
}

/** PublicKeyCredentialCreationOptionsJSON to PublicKeyCredentialCreationOptions. */
export const creationOptionsFromJson: IdlType<Record<string, unknown>> = creationOptions(jsonBytes);

/** PublicKeyCredentialRequestOptionsJSON to PublicKeyCredentialRequestOptions. */
export const requestOptionsFromJson: IdlType<Record<string, unknown>> = requestOptions(jsonBytes);

/** Those of Credential Management, and `immediate` as browsers try it out. */
const mediation: IdlType<string> = enumeration('conditional', 'immediate', 'optional', 'required', 'silent');

const abortSignal: IdlType = (value, place, realm) => {
  if (realm.abortSignals.some((AbortSignal) => value instanceof AbortSignal)) return value;
  throw unexpected(realm, place, 'an AbortSignal', value);
};

/** The argument of `create()` or `get()`, its options as JSON. */
export interface CredentialOptions {
  readonly mediation: Mediation;
  readonly publicKey?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

function credentialOptions(publicKey: IdlType): IdlType<CredentialOptions> {
  return dictionary({
    mediation: defaulting(mediation, () => 'optional'),
    publicKey,
    signal: abortSignal,
  }) as unknown as IdlType<CredentialOptions>;
}

/** CredentialCreationOptions. */
export const credentialCreationOptions: IdlType<CredentialOptions> = credentialOptions(
  creationOptions(pageBytes),
);

/** CredentialRequestOptions. */
export const credentialRequestOptions: IdlType<CredentialOptions> = credentialOptions(
  requestOptions(pageBytes),
);

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
