/** The credential record that a relying party keeps (https://www.w3.org/TR/webauthn-3/#credential-record). */
import { base64url } from '../base/base64url.ts';
import { encodeCbor } from '../cbor/cbor.ts';
import { algorithmIds } from '../crypto/algorithms.ts';
import { toCose } from '../crypto/formats/cose.ts';
import { fromAnySpki, fromSpki } from '../crypto/formats/spki.ts';
import { AuthenticatorDataFlags } from '../ctap/authenticator-data.ts';
import { own } from './context.ts';
import type { RelyingPartyCredential } from './expected.ts';
import { Unreadable } from './guard.ts';
import { LooseAuthenticatorData } from './lenient/authenticator-data.ts';
import { looseBase64 } from './lenient/base64url.ts';
import type { RegistrationContext } from './registration-context.ts';

const { UV, BE, BS } = AuthenticatorDataFlags;

/** What is kept of a registration. Parts that cannot be read, because the guard that minds is off, are empty. */
export function recordOf(context: RegistrationContext): RelyingPartyCredential {
  const believed = context.isOff('convenience-members');
  const authData =
    (believed && readable(() => dataBesides(context), undefined)) ||
    readable(() => context.authData, undefined);
  const flag = (bit: number): boolean => readable(() => authData?.has(bit), undefined) ?? false;
  const transports = readable(() => own(context.response, 'transports'), undefined);
  return {
    type: 'public-key',
    id: readable(
      () => context.id,
      readable(() => base64url(context.authData.credentialId), ''),
    ),
    publicKey:
      (believed && readable(() => keyBesides(context), undefined)) ||
      readable(() => base64url(context.authData.key.bytes), ''),
    signCount: readable(() => authData?.signCount, undefined) ?? 0,
    uvInitialized: flag(UV),
    transports: Array.isArray(transports) ? transports.filter((one) => typeof one === 'string') : [],
    backupEligible: flag(BE),
    backupState: flag(BS),
    userHandle: context.options.user.id,
    rpId: context.rpId,
    attestationObject: readable(
      () => base64url(context.bytes('attestationObject', 'response.attestation-object')),
      '',
    ),
    attestationClientDataJSON: readable(() => base64url(context.clientDataJSON), ''),
  };
}

function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) return otherwise;
    throw error;
  }
}

/** The authenticator data that a client sends beside the attestation object. Nothing vouches for it. */
function dataBesides({ response }: RegistrationContext): LooseAuthenticatorData | undefined {
  const text = own(response, 'authenticatorData');
  return typeof text === 'string' ? new LooseAuthenticatorData(looseBase64(text), 'registration') : undefined;
}

/** The public key that a client sends beside the attestation object. Nothing vouches for it. */
function keyBesides({ response }: RegistrationContext): string | undefined {
  return coseOfSpki(own(response, 'publicKey'), own(response, 'publicKeyAlgorithm'));
}

/** The CBOR of a COSE key, from what `publicKey` and `publicKeyAlgorithm` say; undefined for what is no key. */
export function coseOfSpki(spki: unknown, alg: unknown): string | undefined {
  if (typeof spki !== 'string') return undefined;
  try {
    const der = looseBase64(spki);
    const key = algorithmIds.includes(alg as number)
      ? { algorithm: alg as number, public: fromSpki(alg as number, der) }
      : fromAnySpki(der);
    return base64url(encodeCbor(toCose(key.algorithm, key.public)));
  } catch {
    return undefined;
  }
}
