/** From an honest response to a draft of it, in which nothing is changed yet. */

import type { Policy } from '../../authenticator/policy/type.ts';
import { defaultAuthority } from '../../authority/default-authority.ts';
import type { AttestationSource } from '../../authority/identity.ts';
import { fromBase64url } from '../../base/base64url.ts';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { encodeCbor } from '../../cbor/cbor.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { decodeAttestationObject } from '../../ctap/attestation-object.ts';
import { type AuthenticatorData, decodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { AssertionDraft, Given, RegistrationDraft } from './draft.ts';
import { pageOriginOf } from './page-origin.ts';

/** A ceremony that a client and a device have done as they should. */
export interface HonestCeremony<Options, Response> {
  readonly options: Options;
  readonly response: Response;
  /** The page's origin. */
  readonly origin: string;
  /** The device's record of the credential, keys included. */
  readonly credential: CredentialRecord;
  readonly given?: Given;
}

/** A registration as a client and a device have made it, to be forged. */
export type HonestRegistration = HonestCeremony<
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON
> & {
  /** Of the device that attests. */
  readonly policy: Policy;
  /** Who certifies its keys. Default: the authority that every device has. */
  readonly source?: AttestationSource;
};

/** A sign-in as a client and a device have made it, to be forged. */
export type HonestAuthentication = HonestCeremony<
  PublicKeyCredentialRequestOptionsJSON,
  AuthenticationResponseJSON
>;

/** Reads a registration. */
export function draftRegistration(honest: HonestRegistration): RegistrationDraft {
  const { options, response, source = defaultAuthority() } = honest;
  const { fmt, attStmt, authData } = decodeAttestationObject(
    fromBase64url(response.response.attestationObject),
  );
  const data = decodeAuthenticatorData(authData);
  const attested = data.attestedCredentialData;
  if (attested === undefined)
    throw new StuntkeyError('bad-response', 'the registration to be changed has no credential');
  return {
    ceremony: 'registration',
    options,
    honest: response,
    ...common(honest, data, options.rp.id),
    aaguid: attested.aaguid,
    credentialId: attested.credentialId,
    publicKey: attested.credentialPublicKey,
    publicKeyBytes: same,
    key: keyOf(honest.credential),
    statement: {
      make: fmt,
      self: fmt === 'packed' && attStmt instanceof Map && !attStmt.has('x5c'),
      source,
      over: same,
      change: same,
    },
    attestationObject: (members) => encodeCbor(members),
    response: same,
  };
}

/** Reads an assertion. */
export function draftAssertion(honest: HonestAuthentication): AssertionDraft {
  const { options, response } = honest;
  const { userHandle } = response.response;
  return {
    ceremony: 'authentication',
    options,
    honest: response,
    ...common(
      honest,
      decodeAuthenticatorData(fromBase64url(response.response.authenticatorData)),
      options.rpId,
    ),
    attested: new Uint8Array(),
    credentialId: fromBase64url(response.id),
    key: keyOf(honest.credential),
    signed: same,
    signature: same,
    userHandle: userHandle === undefined ? undefined : fromBase64url(userHandle),
    response: same,
  };
}

function same<T>(value: T): T {
  return value;
}

function common(
  { response, origin, credential, given = {} }: HonestCeremony<unknown, ClientDataHolder>,
  { rpIdHash, flags, signCount, extensions }: AuthenticatorData,
  rpId: string | undefined,
) {
  const page = pageOriginOf(origin);
  return {
    origin: page,
    rpId: rpId ?? page.hostname,
    credential,
    given,
    clientData: JSON.parse(fromUtf8(fromBase64url(response.response.clientDataJSON))) as Record<
      string,
      unknown
    >,
    clientDataJSON: utf8,
    rpIdHash,
    flags,
    signCount,
    extensions: extensions === undefined ? new Uint8Array() : encodeCbor(extensions),
    authData: same<Uint8Array>,
  };
}

interface ClientDataHolder {
  readonly response: { readonly clientDataJSON: string };
}

/** A record's key pair. */
export function keyOf({ algorithm, privateKey, publicKey }: CredentialRecord): KeyPair {
  return { algorithm, secret: privateKey, public: publicKey };
}
