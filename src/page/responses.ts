/** AuthenticatorResponse and the two made of it (https://www.w3.org/TR/webauthn-3/#iface-authenticatorresponse). */

import { own } from '../base/primordials.ts';
import type { Realm } from '../webauthn/realm.ts';
import type {
  AuthenticatorAssertionResponseJSON,
  AuthenticatorAttestationResponseJSON,
} from '../webauthn/types.ts';
import type { Define, Interface } from './interface.ts';
import { bytesOf, inRealm } from './slots.ts';

interface ResponseSlots {
  readonly clientDataJSON: ArrayBuffer;
}

interface AttestationSlots extends ResponseSlots {
  readonly attestationObject: ArrayBuffer;
  readonly authenticatorData: ArrayBuffer;
  /** DER SubjectPublicKeyInfo; null for an algorithm the client does not know. */
  readonly publicKey: ArrayBuffer | null;
  readonly publicKeyAlgorithm: number;
  readonly transports: readonly string[];
}

interface AssertionSlots extends ResponseSlots {
  readonly authenticatorData: ArrayBuffer;
  readonly signature: ArrayBuffer;
  readonly userHandle: ArrayBuffer | null;
}

/** The interfaces, and how to make a response object from the response of the client. */
export interface Responses {
  readonly AuthenticatorResponse: Interface<ResponseSlots>;
  readonly AuthenticatorAttestationResponse: Interface<AttestationSlots>;
  readonly AuthenticatorAssertionResponse: Interface<AssertionSlots>;
  attestation(json: AuthenticatorAttestationResponseJSON): object;
  assertion(json: AuthenticatorAssertionResponseJSON): object;
}

export function defineResponses(realm: Realm, defineInterface: Define): Responses {
  const AuthenticatorResponse = defineInterface<ResponseSlots>(realm, {
    name: 'AuthenticatorResponse',
    attributes: { clientDataJSON: (slots) => slots.clientDataJSON },
  });
  const AuthenticatorAttestationResponse = defineInterface<AttestationSlots>(realm, {
    name: 'AuthenticatorAttestationResponse',
    parent: AuthenticatorResponse,
    attributes: { attestationObject: (slots) => slots.attestationObject },
    operations: {
      getAuthenticatorData: { run: ({ slots }) => slots.authenticatorData },
      getPublicKey: { run: ({ slots }) => slots.publicKey },
      getPublicKeyAlgorithm: { run: ({ slots }) => slots.publicKeyAlgorithm },
      getTransports: { run: ({ slots }) => inRealm(realm, slots.transports) },
    },
  });
  const AuthenticatorAssertionResponse = defineInterface<AssertionSlots>(realm, {
    name: 'AuthenticatorAssertionResponse',
    parent: AuthenticatorResponse,
    attributes: {
      authenticatorData: (slots) => slots.authenticatorData,
      signature: (slots) => slots.signature,
      userHandle: (slots) => slots.userHandle,
    },
  });
  const bytes = (text: string): ArrayBuffer => bytesOf(realm, text);
  const bytesOrNull = (holder: object, key: string): ArrayBuffer | null => {
    const text = own(holder, key);
    return typeof text === 'string' ? bytes(text) : null;
  };
  return {
    AuthenticatorResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorAssertionResponse,
    attestation: (json) =>
      AuthenticatorAttestationResponse.make({
        clientDataJSON: bytes(json.clientDataJSON),
        attestationObject: bytes(json.attestationObject),
        authenticatorData: bytes(json.authenticatorData),
        publicKey: bytesOrNull(json, 'publicKey'),
        publicKeyAlgorithm: json.publicKeyAlgorithm,
        transports: json.transports,
      }),
    assertion: (json) =>
      AuthenticatorAssertionResponse.make({
        clientDataJSON: bytes(json.clientDataJSON),
        authenticatorData: bytes(json.authenticatorData),
        signature: bytes(json.signature),
        userHandle: bytesOrNull(json, 'userHandle'),
      }),
  };
}
