/**
 * get(): [[DiscoverFromExternalSource]](origin, options, sameOriginWithAncestors),
 * https://www.w3.org/TR/webauthn-3/#sctn-discover-from-external-source. The numbers are those of its algorithm.
 */
import type { Account, AccountChoice } from '../authenticator/user.ts';
import { base64url } from '../codec/base64url.ts';
import { sha256 } from '../crypto/hash.ts';
import type { CredentialDescriptor } from '../ctap/entities.ts';
import type { GetAssertionResponse } from '../ctap/messages/get-assertion.ts';
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';
import { attachmentOf, canVerify, wantsVerification } from './authenticator-choice.ts';
import { relyingPartyId } from './caller.ts';
import { type Cancellation, throwIfAborted, withinLimits } from './ceremony.ts';
import { serializeClientData } from './client-data.ts';
import type { ClientContext } from './context.ts';
import type { DeviceLink } from './device-link.ts';
import { notAllowed } from './errors.ts';
import type { RequestOptions } from './options.ts';
import type { AuthenticationResponseJSON } from './types.ts';

export async function get(
  context: ClientContext,
  options: RequestOptions,
  signal: AbortSignal | undefined,
): Promise<AuthenticationResponseJSON> {
  throwIfAborted(signal);

  // 5. to 7. The caller, and the RP ID it may speak for.
  const asked = relyingPartyId(context.origin, options.rpId);
  const rpId = typeof asked === 'string' ? asked : await asked;

  // 10. to 12. Client data, its serialization and hash.
  const clientDataJSON = serializeClientData({
    ...context.clientData,
    type: 'webauthn.get',
    challenge: base64url(options.challenge),
  });
  const clientDataHash = sha256(clientDataJSON);

  // 13. Aborted meanwhile? (withinLimits asks.) 19. The timer. 20. The authenticator.
  return withinLimits({ clock: context.clock, timeout: options.timeout, signal }, async (cancel) => {
    const info = await context.link.getInfo();
    const { response, credentialId } = await assertion(context, cancel, info, {
      options,
      rpId,
      clientDataHash,
    });
    return authenticationResponse(info, clientDataJSON, credentialId, response);
  });
}

/** "Issuing a credential request to an authenticator", for an only authenticator. */
async function assertion(
  context: ClientContext,
  cancel: Cancellation,
  info: GetInfoResponse,
  { options, rpId, clientDataHash }: { options: RequestOptions; rpId: string; clientDataHash: Uint8Array },
): Promise<{ response: GetAssertionResponse; credentialId: Uint8Array }> {
  const { link } = context;
  if (options.userVerification === 'required' && !canVerify(info)) {
    throw notAllowed(new Error('the authenticator cannot verify its user'));
  }
  const named = options.allowCredentials.length > 0;
  try {
    const allowList = named ? await allowed(link, info, rpId, options, cancel) : [];
    const verify = wantsVerification(options.userVerification, info);
    const first = await link.getAssertion(
      {
        rpId,
        clientDataHash,
        ...(named && { allowList }),
        ...(verify && { options: { uv: true } }),
      },
      cancel,
    );
    const response = await chooseAccount(context, link, first);
    // An authenticator may leave out the credential where the list had only one.
    const credentialId = response.credential?.id ?? (allowList.length === 1 ? allowList[0]?.id : undefined);
    if (credentialId === undefined) throw new Error('the authenticator did not say which credential it used');
    // Without a list, only a credential that tells its user is an answer.
    if (!named && response.user === undefined)
      throw new Error('a discoverable credential came without its user handle');
    return { response, credentialId };
  } catch (error) {
    throw notAllowed(error);
  }
}

/** The allow list, unknown types left out. If nothing remains that is an error: an empty list would mean something else. */
async function allowed(
  link: DeviceLink,
  info: GetInfoResponse,
  rpId: string,
  options: RequestOptions,
  cancel: Cancellation,
): Promise<readonly CredentialDescriptor[]> {
  const known: CredentialDescriptor[] = [];
  for (const { id, type } of options.allowCredentials) if (type === 'public-key') known.push({ id, type });
  const list = await link.fitList(info, rpId, known, cancel);
  if (list.length === 0)
    throw new Error('allowCredentials has no credential that this authenticator could have');
  return list;
}

/** Several accounts: the person picks. They come newest first, one command each. */
async function chooseAccount(
  context: ClientContext,
  link: DeviceLink,
  first: GetAssertionResponse,
): Promise<GetAssertionResponse> {
  const count = first.numberOfCredentials ?? 1;
  if (count < 2) return first;
  const choice: AccountChoice = context.user?.chooseAccount?.() ?? 0;
  const responses = [first];
  const wanted = typeof choice === 'number' ? choice + 1 : count;
  while (responses.length < Math.min(wanted, count)) responses.push(await link.getNextAssertion());
  const index = typeof choice === 'number' ? choice : await choice(responses.map(accountOf));
  const chosen = index === undefined ? undefined : responses[index];
  if (chosen === undefined) throw new Error(`no account was chosen: ${count} to choose from, got ${index}`);
  return chosen;
}

function accountOf({ credential, user }: GetAssertionResponse): Account {
  return {
    credentialId: credential?.id ?? new Uint8Array(),
    ...(user && { userId: user.id }),
    ...(user?.name !== undefined && { name: user.name }),
    ...(user?.displayName !== undefined && { displayName: user.displayName }),
  };
}

function authenticationResponse(
  info: GetInfoResponse,
  clientDataJSON: Uint8Array,
  credentialId: Uint8Array,
  response: GetAssertionResponse,
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
    clientExtensionResults: {},
    type: 'public-key',
  };
}
