/**
 * WebAuthn's dictionaries (https://www.w3.org/TR/webauthn-3/, sections 5.1 and 5.4 to 5.8). Each is written here once, over the types of
 * its bytes: a page hands in BufferSources, JSON has base64url. All doors convert options by these tables: `install`, the script in a page
 * and `parse*FromJSON` (page-dictionaries.ts), and JSON from Node, the command line and HTTP (options.ts).
 */
import { isBase64url } from '../base/base64url.ts';
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
  unsignedLong,
  usvString,
} from './idl.ts';
import { domException } from './realm.ts';
import type { Mediation, UiMode } from './types.ts';

/** Base64URLString. @throws DOMException EncodingError */
export const encoded: IdlType<string> = (value, place, realm) => {
  const text = domString(value, place, realm);
  if (isBase64url(text)) return text;
  throw domException(realm, 'EncodingError', `${place} contains invalid base64url data.`);
};

/** The inputs of the extensions that a client may know: those of Level 3, CTAP's, and Secure Payment Confirmation's. */
export function extensionInputs(bytes: IdlType): IdlType {
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

export function creationOptions(bytes: IdlType, inputs: IdlType): IdlType<Record<string, unknown>> {
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

export function requestOptions(bytes: IdlType, inputs: IdlType): IdlType<Record<string, unknown>> {
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

/** CredentialMediationRequirement (https://w3c.github.io/webappsec-credential-management/#mediation-requirements). */
export const mediation: IdlType<Mediation> = enumeration(
  'conditional',
  'optional',
  'required',
  'silent',
) as IdlType<Mediation>;

/** CredentialUiModeRequirement, as Chromium has it. */
export const uiMode: IdlType<UiMode> = enumeration('immediate', 'passive') as IdlType<UiMode>;
