/**
 * create(): [[Create]](origin, options, sameOriginWithAncestors), https://www.w3.org/TR/webauthn-3/#sctn-createCredential.
 * The numbers are those of its algorithm.
 */
import { base64url } from '../codec/base64url.ts';
import { spkiOfCose } from '../crypto/formats/spki.ts';
import { sha256 } from '../crypto/hash.ts';
import { encodeAttestationObject } from '../ctap/attestation-object.ts';
import { AuthenticatorDataFlags, decodeAuthenticatorData } from '../ctap/authenticator-data.ts';
import type { CredentialParameters } from '../ctap/entities.ts';
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';
import type { MakeCredentialResponse } from '../ctap/messages/make-credential.ts';
import { CtapError } from '../ctap/status.ts';
import {
  attachmentOf,
  canVerify,
  hasDiscoverable,
  insistsOnVerification,
  wantsVerification,
} from './authenticator-choice.ts';
import { relyingPartyId } from './caller.ts';
import { type Cancellation, throwIfAborted, withinLimits } from './ceremony.ts';
import { serializeClientData } from './client-data.ts';
import type { ClientContext } from './context.ts';
import type { DeviceLink } from './device-link.ts';
import { notAllowed, webAuthnError } from './errors.ts';
import type { CreationOptions } from './options.ts';
import type { RegistrationResponseJSON } from './types.ts';

/** The defaults of step 10: ES256, then RS256. */
const DEFAULT_PARAMETERS: readonly CredentialParameters[] = [
  { alg: -7, type: 'public-key' },
  { alg: -257, type: 'public-key' },
];

export async function create(
  context: ClientContext,
  options: CreationOptions,
  signal: AbortSignal | undefined,
): Promise<RegistrationResponseJSON> {
  throwIfAborted(signal);

  // 5. The user handle.
  if (options.user.id.length < 1 || options.user.id.length > 64) {
    throw new TypeError(`User handle: expected 1 to 64 bytes, got ${options.user.id.length}.`);
  }

  // 6. to 8. The caller, and the RP ID it may speak for.
  const asked = relyingPartyId(context.origin, options.rp.id);
  const rpId = typeof asked === 'string' ? asked : await asked;

  // 9. and 10. What kinds of credentials; unknown types drop out.
  const parameters =
    options.pubKeyCredParams.length === 0
      ? DEFAULT_PARAMETERS
      : options.pubKeyCredParams.filter(({ type }) => type === 'public-key');
  if (parameters.length === 0) {
    throw webAuthnError('NotSupportedError', 'pubKeyCredParams has no credential type that is known.');
  }

  // 13. to 15. Client data, its serialization and hash.
  const clientDataJSON = serializeClientData({
    ...context.clientData,
    type: 'webauthn.create',
    challenge: base64url(options.challenge),
  });
  const clientDataHash = sha256(clientDataJSON);

  // 16. Aborted meanwhile? (withinLimits asks.) 21. The timer. 22. The authenticator.
  return withinLimits({ clock: context.clock, timeout: options.timeout, signal }, async (cancel) => {
    const info = await context.link.getInfo();
    const plan = planFor(options, info);
    const response = await makeCredential(context.link, cancel, info, {
      options,
      rpId,
      parameters,
      clientDataHash,
      plan,
    });
    return registrationResponse(options, info, plan, clientDataJSON, response);
  });
}

/** What an authenticator is asked for: options `rk` and `uv`. */
interface Plan {
  readonly discoverable: boolean;
  readonly verify: boolean;
}

/**
 * The part of step 22 in which an authenticator becomes available: can it do what is required, and what is it asked for?
 *
 * @throws DOMException NotAllowedError if it cannot: an only authenticator that is passed over leaves none
 */
function planFor(options: CreationOptions, info: GetInfoResponse): Plan {
  const { authenticatorAttachment, residentKey, requireResidentKey, userVerification } =
    options.authenticatorSelection;
  const attachment = attachmentOf(info);
  if (
    (authenticatorAttachment === 'platform' || authenticatorAttachment === 'cross-platform') &&
    authenticatorAttachment !== attachment
  ) {
    throw passedOver(`authenticatorAttachment: expected ${authenticatorAttachment}, got ${attachment}`);
  }
  const known = residentKey === 'required' || residentKey === 'preferred' || residentKey === 'discouraged';
  const required = known ? residentKey === 'required' : requireResidentKey === true;
  if (required && !hasDiscoverable(info))
    throw passedOver('residentKey: discoverable credentials are not supported');
  if (userVerification === 'required' && !canVerify(info))
    throw passedOver('userVerification: not supported, or not set up');
  const discoverable = required || (residentKey === 'preferred' && hasDiscoverable(info));
  return {
    discoverable,
    verify: wantsVerification(userVerification, info) || insistsOnVerification(info, discoverable),
  };
}

function passedOver(why: string): DOMException {
  return notAllowed(new Error(`the authenticator cannot do what is required: ${why}`));
}

async function makeCredential(
  link: DeviceLink,
  cancel: Cancellation,
  info: GetInfoResponse,
  ceremony: {
    options: CreationOptions;
    rpId: string;
    parameters: readonly CredentialParameters[];
    clientDataHash: Uint8Array;
    plan: Plan;
  },
): Promise<MakeCredentialResponse> {
  const { options, rpId, parameters, clientDataHash, plan } = ceremony;
  const formats = options.attestation === 'none' ? ['none'] : options.attestationFormats;
  try {
    const excludeList = await link.fitList(
      info,
      rpId,
      options.excludeCredentials
        .filter(({ type }) => type === 'public-key')
        .map(({ id, type }) => ({ id, type })),
      cancel,
    );
    return await link.makeCredential(
      {
        clientDataHash,
        rp: { id: rpId, name: options.rp.name },
        user: options.user,
        pubKeyCredParams: parameters,
        ...(excludeList.length > 0 && { excludeList }),
        ...((plan.discoverable || plan.verify) && {
          options: { ...(plan.discoverable && { rk: true }), ...(plan.verify && { uv: true }) },
        }),
        ...(formats.length > 0 && { attestationFormatsPreference: formats }),
      },
      cancel,
    );
  } catch (error) {
    if (error instanceof CtapError && error.code === 'CTAP2_ERR_CREDENTIAL_EXCLUDED') {
      throw webAuthnError(
        'InvalidStateError',
        'The user attempted to register an authenticator that contains one of the credentials already registered with the relying party.',
        error,
      );
    }
    throw notAllowed(error);
  }
}

/** The last part of step 22: attestation conveyance, and the credential as JSON. */
function registrationResponse(
  options: CreationOptions,
  info: GetInfoResponse,
  plan: Plan,
  clientDataJSON: Uint8Array,
  response: MakeCredentialResponse,
): RegistrationResponseJSON {
  const { authData } = response;
  const { attestedCredentialData } = decodeAuthenticatorData(authData);
  if (attestedCredentialData === undefined) {
    throw notAllowed(
      new Error(
        `the authenticator data lacks the credential: flag AT (0x${AuthenticatorDataFlags.AT.toString(16)}) is not set`,
      ),
    );
  }
  const { credentialId, credentialPublicKey, aaguid } = attestedCredentialData;
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
    clientExtensionResults:
      options.extensions.credProps === true ? { credProps: { rk: plan.discoverable } } : {},
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
