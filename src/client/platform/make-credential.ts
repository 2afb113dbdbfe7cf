/** Asks one authenticator for a credential: the part of create()'s step 22 for an available authenticator. */
import { equal } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import {
  type AttestedCredentialData,
  type AuthenticatorData,
  decodeAuthenticatorData,
} from '../../ctap/authenticator-data.ts';
import type { CredentialDescriptor } from '../../ctap/entities.ts';
import type { MakeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import { residentKeyOf } from '../../webauthn/resident-key.ts';
import type { Cancellation } from '../ceremony.ts';
import type { Creation } from '../checked.ts';
import type { ClientContext } from '../context.ts';
import { type DeviceRequest, Unusable } from '../extensions/extension.ts';
import { attachmentOf, hasDiscoverable, insistsOnVerification } from './authenticator-choice.ts';
import type { DeviceLink } from './device-link.ts';
import { DeviceSession, TokenPermission } from './session.ts';
import { U2F_INFO, U2fCeremony } from './u2f.ts';
import { canVerify, verified } from './verification.ts';

/** An authenticator's answer, and how it was asked. */
export interface Made {
  readonly response: MakeCredentialResponse;
  readonly data: AuthenticatorData;
  /** The credential in `data`. */
  readonly attested: AttestedCredentialData;
  readonly session: DeviceSession;
  readonly discoverable: boolean;
}

/** The request to an authenticator. */
interface Plan {
  readonly discoverable: boolean;
  readonly verification: 'required' | 'wanted' | 'no';
}

/**
 * Asks one authenticator.
 *
 * @throws Unusable when it is passed over, CtapError as it answered
 */
export async function makeCredential(
  context: ClientContext,
  cancel: Cancellation,
  link: DeviceLink,
  creation: Creation,
): Promise<Made> {
  const info = link.onlyU2f ? U2F_INFO : await link.getInfo(cancel);
  const session = new DeviceSession(link, info, cancel, context);
  const plan = planFor(session, creation);
  const excludeList = creation.options.excludeCredentials
    .filter(({ type }) => type === 'public-key')
    .map(({ id, type }): CredentialDescriptor => ({ id, type }));
  const request: DeviceRequest = {
    session,
    rpId: creation.rpId,
    inputs: new Map<string, CborValue>(),
    verify: false,
    permissions: 0,
  };
  for (const [, part] of creation.parts) await part.ask?.(request, plan.discoverable);
  const { discoverable } = plan;
  if (link.onlyU2f) {
    const response = await overU2f(context, session, creation, excludeList);
    return { response, ...checked(response, creation.rpId), session, discoverable: false };
  }
  if (creation.appIdExclude !== undefined) await refuseAppId(session, creation.appIdExclude, excludeList);
  const fitting = link.fitList(info, creation.rpId, excludeList, cancel);
  const list = fitting instanceof Promise ? await fitting : fitting;
  const need = {
    verification: request.verify && plan.verification === 'no' ? ('wanted' as const) : plan.verification,
    permissions: TokenPermission.makeCredential | request.permissions,
    token: request.permissions !== 0,
    rpId: creation.rpId,
    clientDataHash: creation.clientDataHash,
  };
  const { options } = creation;
  const formats = options.attestation === 'none' ? ['none'] : options.attestationFormats;
  const { response } = await verified(session, need, ({ uv, members }) =>
    link.makeCredential(
      {
        clientDataHash: creation.clientDataHash,
        rp: { id: creation.rpId, name: options.rp.name },
        user: options.user,
        pubKeyCredParams: creation.parameters,
        ...(list.length > 0 && { excludeList: list }),
        ...(request.inputs.size > 0 && { extensions: request.inputs }),
        ...(discoverable ? { options: uv ? { rk: true, uv } : { rk: true } } : uv && { options: { uv } }),
        ...members,
        ...(options.attestation === 'enterprise' &&
          session.info.options?.get('ep') === true && { enterpriseAttestation: PLATFORM_MANAGED }),
        ...(formats.length > 0 && { attestationFormatsPreference: formats }),
      },
      cancel,
    ),
  );
  return { response, ...checked(response, creation.rpId), session, discoverable };
}

/**
 * Checks that the answer is a credential for the RP.
 *
 * @throws Unusable if it is not, AuthenticatorDataError if its authenticator data is malformed
 */
function checked({ authData }: MakeCredentialResponse, rpId: string): Pick<Made, 'data' | 'attested'> {
  const data = decodeAuthenticatorData(authData);
  const { attestedCredentialData: attested } = data;
  if (attested === undefined)
    throw new Unusable('the authenticator data lacks the credential: flag AT is not set');
  if (!equal(data.rpIdHash, rpIdHashOf(rpId))) throw new Unusable(`the credential is not for ${rpId}`);
  if (typeof attested.credentialPublicKey.get(3) !== 'number') {
    throw new Unusable('the credential public key has no algorithm');
  }
  return { data, attested };
}

/** The platform (here: the test) decides who may have an enterprise attestation. */
const PLATFORM_MANAGED = 2;

/**
 * Checks that the authenticator can do what is required, and makes its request.
 *
 * @throws Unusable if it cannot: it is passed over
 */
function planFor(session: DeviceSession, { conditional, options }: Creation): Plan {
  const { info } = session;
  const { authenticatorAttachment, userVerification } = options.authenticatorSelection;
  const residentKey = residentKeyOf(options.authenticatorSelection);
  const attachment = attachmentOf(info);
  if (
    (authenticatorAttachment === 'platform' || authenticatorAttachment === 'cross-platform') &&
    authenticatorAttachment !== attachment
  ) {
    throw new Unusable(`authenticatorAttachment: expected ${authenticatorAttachment}, got ${attachment}`);
  }
  const required = residentKey === 'required';
  if (required && !hasDiscoverable(info)) {
    throw new Unusable('residentKey: discoverable credentials are not supported');
  }
  const discoverable = required || (residentKey === 'preferred' && hasDiscoverable(info));
  if (userVerification === 'required') {
    if (!canVerify(session, 'required')) {
      if (conditional) {
        throw webAuthnError(
          'ConstraintError',
          'User verification is required, and cannot be had without a dialog.',
        );
      }
      throw new Unusable('userVerification: not supported, or not set up');
    }
    return { discoverable, verification: 'required' };
  }
  const wanted = userVerification !== 'discouraged' || insistsOnVerification(info, discoverable);
  return { discoverable, verification: wanted ? 'wanted' : 'no' };
}

async function overU2f(
  { clock }: ClientContext,
  { link, cancel }: DeviceSession,
  creation: Creation,
  excludeList: readonly CredentialDescriptor[],
): Promise<MakeCredentialResponse> {
  const ceremony = new U2fCeremony(link, clock, cancel);
  if (creation.appIdExclude !== undefined) {
    const application = rpIdHashOf(creation.appIdExclude);
    for (const { id } of excludeList) {
      if (await ceremony.knows(id, application)) throw excluded();
    }
  }
  return ceremony.makeCredential({
    rpId: creation.rpId,
    clientDataHash: creation.clientDataHash,
    algorithms: creation.parameters.map(({ alg }) => alg),
    excludeList,
  });
}

/** appidExclude: a credential that U2F made counts, too. @throws CtapError CTAP2_ERR_CREDENTIAL_EXCLUDED */
async function refuseAppId(
  { link, info, cancel }: DeviceSession,
  appId: string,
  excludeList: readonly CredentialDescriptor[],
): Promise<void> {
  if (excludeList.length === 0) return;
  const allowList = await link.fitList(info, appId, excludeList, cancel);
  if (allowList.length === 0) return;
  try {
    await link.getAssertion(
      { rpId: appId, clientDataHash: new Uint8Array(32), allowList, options: { up: false } },
      cancel,
    );
  } catch (error) {
    if (error instanceof CtapError && error.code === 'CTAP2_ERR_NO_CREDENTIALS') return;
    throw error;
  }
  throw excluded();
}

function excluded(): CtapError {
  return new CtapError('CTAP2_ERR_CREDENTIAL_EXCLUDED', 'a credential of the AppID is on this device');
}
