/**
 * get(): [[DiscoverFromExternalSource]](origin, options, sameOriginWithAncestors),
 * https://www.w3.org/TR/webauthn-3/#sctn-discover-from-external-source. The numbers are those of its algorithm.
 */
import { base64url } from '../base/base64url.ts';
import type { CborValue } from '../cbor/cbor.ts';
import { sha256 } from '../crypto/hash.ts';
import { AuthenticatorDataFlags } from '../ctap/authenticator-data.ts';
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';
import { CtapError } from '../ctap/status.ts';
import { authorizedAppId } from '../webauthn/app-id.ts';
import { serializeClientData } from '../webauthn/client-data.ts';
import { notAllowed, webAuthnError } from '../webauthn/errors.ts';
import type { AuthenticationResponseJSON, RequestOptions } from '../webauthn/types.ts';
import { callersRpId } from './caller.ts';
import { type Cancellation, throwIfAborted, withinLimits } from './ceremony.ts';
import type { Request } from './checked.ts';
import type { Call, ClientContext } from './context.ts';
import { Unusable } from './extensions/extension.ts';
import { outputsOf, requestParts } from './extensions/registry.ts';
import { attachmentOf } from './platform/authenticator-choice.ts';
import { type Asserted, getAssertion } from './platform/get-assertion.ts';
import { remoteClientData } from './remote-client-data.ts';
import { tryEach } from './try-each.ts';

/** @throws, or rejects with, what is wrong */
export function get(
  context: ClientContext,
  given: RequestOptions,
  call: Call<AuthenticationResponseJSON>,
): Promise<AuthenticationResponseJSON> | null {
  const { signal, mediation, uiMode } = call;
  throwIfAborted(signal);
  if (!context.permissions.get) {
    throw webAuthnError(
      'NotAllowedError',
      "The 'publickey-credentials-get' feature is not enabled in this document.",
    );
  }
  // A credential needs the person's consent (Credential Management section 2.5.1, step 10).
  if (mediation === 'silent') return null;

  // 3. and 4. Offered beside a form, credentials are only filtered by the list.
  const conditional = mediation === 'conditional';
  const options = conditional ? { ...given, allowCredentials: [] } : given;
  // Only credentials that are available now. No specification defines that yet; this follows browsers.
  if (uiMode === 'immediate' && conditional)
    throw webAuthnError('NotSupportedError', 'uiMode "immediate" does not go with conditional mediation.');
  if (uiMode === 'immediate' && given.allowCredentials.length > 0)
    throw notAllowed(new Error('uiMode "immediate" does not go with allowCredentials'));

  // 13. Aborted meanwhile, and 19. the timer: both end everything that waits from here on.
  const timeout = conditional ? Number.POSITIVE_INFINITY : options.timeout;
  return withinLimits({ clock: context.clock, timeout, signal }, async (cancel) => {
    // 5. to 7. The caller, and the RP ID that it may use; then the AppID, if there is one.
    const { remoteClientDataJSON, appid } = options.extensions;
    const remote = remoteClientData(context, remoteClientDataJSON, options.rpId);
    const asked = remote?.rpId ?? callersRpId(context, options.rpId, cancel);
    const rpId = typeof asked === 'string' ? asked : await asked;
    const appId = appid === undefined ? undefined : await authorizedAppId(context.origin, appid);
    const request = checkedRequest(context, { options, rpId, appId }, given, call, remote?.bytes);
    // 20. The authenticators.
    const answer = tryEach(context, options, cancel, (link) => attempt(context, cancel, link, request));
    const response = await (conditional ? offered(answer, given) : answer);
    context.signedIn = true;
    return call.finish(response);
  });
}

/** Steps 8 to 12: what does not depend on an authenticator. `given` is what the page gave. */
function checkedRequest(
  context: ClientContext,
  checked: Pick<Request, 'options' | 'rpId' | 'appId'>,
  given: RequestOptions,
  { collected, uiMode }: Call<AuthenticationResponseJSON>,
  remote: Uint8Array | undefined,
): Request {
  // 8. and 9. Extensions, by the list that the page gave.
  const parts = requestParts(given);

  // 10. to 12. Client data, its serialization and hash.
  const { options, rpId, appId } = checked;
  const type = context.permissions.payment && isPayment(options) ? 'payment.get' : 'webauthn.get';
  const clientDataJSON =
    remote ?? serializeClientData(type, base64url(options.challenge), context.clientData);
  collected?.(clientDataJSON.slice());
  const clientDataHash = sha256(clientDataJSON);
  const immediate = uiMode === 'immediate';
  return { options, rpId, parts, clientDataJSON, clientDataHash, appId, immediate };
}

/** An answer that is offered beside a form. `given` says which credentials the page wants. */
async function offered(
  answer: Promise<AuthenticationResponseJSON>,
  given: RequestOptions,
): Promise<AuthenticationResponseJSON> {
  try {
    const response = await answer;
    if (isWanted(response, given)) return response;
  } catch {}
  // Nothing to offer: neither the person nor the page learns of it, until the page gives up.
  return new Promise(() => {});
}

function isPayment({ extensions }: RequestOptions): boolean {
  const { payment } = extensions;
  return (
    typeof payment === 'object' && payment !== null && (payment as { isPayment?: unknown }).isPayment === true
  );
}

function isWanted({ id }: AuthenticationResponseJSON, { allowCredentials }: RequestOptions): boolean {
  return allowCredentials.length === 0 || allowCredentials.some((one) => base64url(one.id) === id);
}

const NOTHING: ReadonlyMap<CborValue, CborValue> = new Map();

/** Why no credential was found, if the page gave no list and the device says it. */
function explained(
  error: unknown,
  link: ClientContext['links'][number],
  { options, rpId }: Request,
): unknown {
  if (!(error instanceof CtapError) || error.code !== 'CTAP2_ERR_NO_CREDENTIALS') return error;
  const why = options.allowCredentials.length === 0 ? link.whyNone(rpId) : undefined;
  return why === undefined ? error : new CtapError(error.status, why, { cause: error.cause });
}

/** One authenticator's turn. */
async function attempt(
  context: ClientContext,
  cancel: Cancellation,
  link: ClientContext['links'][number],
  request: Request,
): Promise<AuthenticationResponseJSON> {
  // Only passkeys of the platform are available at once; a security key has to be connected first.
  if (request.immediate && (link.onlyU2f || attachmentOf(await link.getInfo(cancel)) !== 'platform'))
    throw new Unusable('uiMode "immediate": the authenticator is none of the platform');
  let asserted: Asserted;
  try {
    asserted = await getAssertion(context, cancel, link, request);
  } catch (error) {
    throw explained(error, link, request);
  }
  const { session } = asserted;
  const clientExtensionResults: Record<string, unknown> =
    request.parts.length > 0 ? await outputs(request, asserted) : {};
  if (request.appId !== undefined) clientExtensionResults.appid = asserted.appIdUsed;
  if (request.options.extensions.remoteClientDataJSON !== undefined) {
    clientExtensionResults.remoteClientDataJSON = true;
  }
  return authenticationResponse(session.info, request.clientDataJSON, asserted, clientExtensionResults);
}

/** The outputs of the extensions that the page asked for. */
function outputs(
  { parts, rpId }: Request,
  { response, data, credentialId, session, token, appIdUsed }: Asserted,
): Promise<Record<string, unknown>> {
  return outputsOf(parts, {
    session,
    rpId,
    credentialId,
    discoverable: response.user !== undefined,
    userVerified: (data.flags & AuthenticatorDataFlags.UV) !== 0,
    signed: data.extensions ?? NOTHING,
    unsigned: response.unsignedExtensionOutputs ?? NOTHING,
    largeBlobKey: response.largeBlobKey,
    token,
    appIdUsed,
  });
}

function authenticationResponse(
  info: GetInfoResponse,
  clientDataJSON: Uint8Array,
  { credentialId, response }: Asserted,
  clientExtensionResults: Record<string, unknown>,
): AuthenticationResponseJSON {
  const id = base64url(credentialId);
  return {
    id,
    rawId: id,
    response: {
      clientDataJSON: base64url(clientDataJSON),
      authenticatorData: base64url(response.authData),
      signature: base64url(response.signature),
      ...(response.user !== undefined && { userHandle: base64url(response.user.id) }),
    },
    authenticatorAttachment: attachmentOf(info),
    clientExtensionResults,
    type: 'public-key',
  };
}
