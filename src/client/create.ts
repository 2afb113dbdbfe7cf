/**
 * create(): [[Create]](origin, options, sameOriginWithAncestors), https://www.w3.org/TR/webauthn-3/#sctn-createCredential.
 * The numbers are those of its algorithm.
 */
import { base64url } from '../base/base64url.ts';
import type { CborValue } from '../cbor/cbor.ts';
import { spkiOfCose } from '../crypto/formats/spki.ts';
import { sha256 } from '../crypto/hash.ts';
import { encodeAttestationObject } from '../ctap/attestation-object.ts';
import { AuthenticatorDataFlags } from '../ctap/authenticator-data.ts';
import type { CredentialParameters } from '../ctap/entities.ts';
import type { MakeCredentialResponse } from '../ctap/messages/make-credential.ts';
import { CtapError } from '../ctap/status.ts';
import { authorizedAppId } from '../webauthn/app-id.ts';
import { serializeClientData } from '../webauthn/client-data.ts';
import { webAuthnError } from '../webauthn/errors.ts';
import type { CreationOptions, RegistrationResponseJSON } from '../webauthn/types.ts';
import { callersRpId } from './caller.ts';
import { type Cancellation, throwIfAborted, withinLimits } from './ceremony.ts';
import type { Creation } from './checked.ts';
import type { Call, ClientContext } from './context.ts';
import { creationParts, outputsOf } from './extensions/registry.ts';
import { attachmentOf } from './platform/authenticator-choice.ts';
import { type Made, makeCredential } from './platform/make-credential.ts';
import { remoteClientData } from './remote-client-data.ts';
import { tryEach } from './try-each.ts';

/** The defaults of step 10: ES256, then RS256. */
const DEFAULT_PARAMETERS: readonly CredentialParameters[] = [
  { alg: -7, type: 'public-key' },
  { alg: -257, type: 'public-key' },
];

/** @throws, or rejects with, what is wrong */
export function create(
  context: ClientContext,
  options: CreationOptions,
  call: Call<RegistrationResponseJSON>,
): Promise<RegistrationResponseJSON> {
  const { signal, mediation } = call;
  const conditional = mediation === 'conditional';
  // The permissions policy, before anything else (Credential Management section 2.5.4).
  if (!context.permissions.create) {
    throw webAuthnError(
      'NotAllowedError',
      "The 'publickey-credentials-create' feature is not enabled in this document.",
    );
  }
  throwIfAborted(signal);

  // 2. In a frame of another origin: only on a user activation, and never conditionally.
  if (context.clientData.crossOrigin && (conditional || !context.permissions.userActivation)) {
    throw webAuthnError(
      'NotAllowedError',
      'In a cross-origin frame a credential can be created only on a user activation.',
    );
  }

  // 5. The user handle.
  if (options.user.id.length < 1 || options.user.id.length > 64) {
    throw new TypeError(`User handle: expected 1 to 64 bytes, got ${options.user.id.length}.`);
  }

  // 16. Aborted meanwhile, and 21. the timer: both end everything that waits from here on.
  return withinLimits({ clock: context.clock, timeout: options.timeout, signal }, async (cancel) => {
    // 6. to 8. The caller, and the RP ID that it may use; then the AppID, if one is to be excluded.
    const { remoteClientDataJSON, appidExclude } = options.extensions;
    const remote = remoteClientData(context, remoteClientDataJSON, options.rp.id);
    const asked = remote?.rpId ?? callersRpId(context, options.rp.id, cancel);
    const rpId = typeof asked === 'string' ? asked : await asked;
    const appIdExclude =
      appidExclude === undefined ? undefined : await authorizedAppId(context.origin, appidExclude);
    const creation = checkedCreation(context, { options, rpId, appIdExclude }, call, remote?.bytes);
    // 22. The authenticators.
    const response = await tryEach(context, options, cancel, (link) =>
      attempt(context, cancel, link, creation),
    );
    return call.finish(response);
  });
}

/** Steps 9 to 19: what does not depend on an authenticator. */
function checkedCreation(
  context: ClientContext,
  checked: Pick<Creation, 'options' | 'rpId' | 'appIdExclude'>,
  { mediation, collected }: Call<RegistrationResponseJSON>,
  remote: Uint8Array | undefined,
): Creation {
  const conditional = mediation === 'conditional';
  const { options, rpId, appIdExclude } = checked;
  // 9. and 10. What kinds of credentials; unknown types drop out.
  const parameters =
    options.pubKeyCredParams.length === 0
      ? DEFAULT_PARAMETERS
      : options.pubKeyCredParams.filter(({ type }) => type === 'public-key');
  if (parameters.length === 0) {
    throw webAuthnError('NotSupportedError', 'pubKeyCredParams has no credential type that is known.');
  }

  // 11. and 12. Extensions.
  const parts = creationParts(options);

  // 13. to 15. Client data, its serialization and hash.
  const clientDataJSON =
    remote ?? serializeClientData('webauthn.create', base64url(options.challenge), context.clientData);
  collected?.(clientDataJSON.slice());

  // 19. Without a dialog only for a user who has just signed in.
  if (conditional && !context.signedIn) {
    throw webAuthnError('NotAllowedError', 'No user has signed in at this origin a moment ago.');
  }

  const clientDataHash = sha256(clientDataJSON);
  return {
    options,
    rpId,
    parameters,
    parts,
    clientDataJSON,
    clientDataHash,
    appIdExclude,
    conditional,
  };
}

/** One authenticator's turn. @throws errors that {@link tryEach} handles */
async function attempt(
  context: ClientContext,
  cancel: Cancellation,
  link: ClientContext['links'][number],
  creation: Creation,
): Promise<RegistrationResponseJSON> {
  try {
    const made = await makeCredential(context, cancel, link, creation);
    const clientExtensionResults: Record<string, unknown> =
      creation.parts.length > 0 ? await outputs(creation, made) : {};
    if (creation.appIdExclude !== undefined) clientExtensionResults.appidExclude = true;
    if (creation.options.extensions.remoteClientDataJSON !== undefined) {
      clientExtensionResults.remoteClientDataJSON = true;
    }
    return registrationResponse(creation, made, clientExtensionResults);
  } catch (error) {
    if (error instanceof CtapError && error.code === 'CTAP2_ERR_CREDENTIAL_EXCLUDED') {
      throw webAuthnError(
        'InvalidStateError',
        'The user attempted to register an authenticator that contains one of the credentials already registered with the relying party.',
        error,
      );
    }
    throw error;
  }
}

/** The outputs of the extensions that the page asked for. */
function outputs(
  { parts, rpId }: Creation,
  { response, session, discoverable, data, attested }: Made,
): Promise<Record<string, unknown>> {
  return outputsOf(parts, {
    session,
    rpId,
    credentialId: attested.credentialId,
    discoverable,
    userVerified: (data.flags & AuthenticatorDataFlags.UV) !== 0,
    signed: data.extensions ?? NOTHING,
    unsigned: response.unsignedExtensionOutputs ?? NOTHING,
    largeBlobKey: response.largeBlobKey,
    appIdUsed: false,
  });
}

const NOTHING: ReadonlyMap<CborValue, CborValue> = new Map();

/** The last part of step 22: attestation conveyance, and the credential as JSON. */
function registrationResponse(
  { options, clientDataJSON }: Creation,
  { response, attested, session: { info } }: Made,
  clientExtensionResults: Record<string, unknown>,
): RegistrationResponseJSON {
  const { authData } = response;
  const { credentialId, credentialPublicKey, aaguid } = attested;
  const { fmt, attStmt } = conveyed(options.attestation, response, aaguid);
  const publicKey = spkiOfCose(credentialPublicKey);
  const id = base64url(credentialId);
  return {
    id,
    rawId: id,
    response: {
      clientDataJSON: base64url(clientDataJSON),
      authenticatorData: base64url(authData),
      transports: [...new Set(info.transports ?? [])].sort(),
      ...(publicKey !== undefined && { publicKey: base64url(publicKey) }),
      publicKeyAlgorithm: Number(credentialPublicKey.get(3)),
      attestationObject: base64url(encodeAttestationObject({ fmt, attStmt, authData })),
    },
    authenticatorAttachment: attachmentOf(info),
    clientExtensionResults,
    type: 'public-key',
  };
}

/** Attestation conveyance. What is unknown counts as "none", and "none" leaves only self attestation that names no model. */
function conveyed(
  conveyance: string,
  response: MakeCredentialResponse,
  aaguid: Uint8Array,
): { fmt: string; attStmt: NonNullable<MakeCredentialResponse['attStmt']> } {
  const attStmt = response.attStmt ?? new Map();
  if (conveyance === 'direct' || conveyance === 'enterprise' || conveyance === 'indirect') {
    return { fmt: response.fmt, attStmt };
  }
  const isSelf = response.fmt === 'packed' && attStmt instanceof Map && !attStmt.has('x5c');
  if (isSelf && aaguid.every((byte) => byte === 0)) return { fmt: response.fmt, attStmt };
  return { fmt: 'none', attStmt: new Map() };
}
