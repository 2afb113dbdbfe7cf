/** Asks one authenticator for an assertion: "issuing a credential request to an authenticator", and reads the answer. */

import { equal } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { type AuthenticatorData, decodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import type { CredentialDescriptor } from '../../ctap/entities.ts';
import type { GetAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Account, AccountChoice } from '../../person/user.ts';
import type { Cancellation } from '../ceremony.ts';
import type { Request } from '../checked.ts';
import type { ClientContext } from '../context.ts';
import { type DeviceRequest, Unusable } from '../extensions/extension.ts';
import type { Token } from './agreement.ts';
import type { DeviceLink } from './device-link.ts';
import { Cancelled, DeviceSession, TokenPermission } from './session.ts';
import { U2F_INFO, U2fCeremony } from './u2f.ts';
import { canVerify, verified } from './verification.ts';

/** An authenticator's answer, and how it was asked. */
export interface Asserted {
  readonly response: GetAssertionResponse;
  readonly data: AuthenticatorData;
  readonly credentialId: Uint8Array;
  readonly session: DeviceSession;
  readonly token: Token | undefined;
  readonly appIdUsed: boolean;
}

/**
 * Asks one authenticator.
 *
 * @throws Unusable when it is passed over, `Cancelled` when no account was picked, CtapError as it answered
 */
export async function getAssertion(
  context: ClientContext,
  cancel: Cancellation,
  link: DeviceLink,
  request: Request,
): Promise<Asserted> {
  const info = link.onlyU2f ? U2F_INFO : await link.getInfo(cancel);
  const session = new DeviceSession(link, info, cancel, context);
  const { options, rpId, appId } = request;
  if (options.userVerification === 'required' && !canVerify(session, 'required')) {
    throw new Unusable('the authenticator cannot verify its user');
  }
  const distinctTransports = transportsOf(options.allowCredentials);
  if (!reaches(info, distinctTransports)) {
    throw new Unusable(
      `allowCredentials: expected an authenticator on ${distinctTransports.join(', ')}, got ${info.transports?.join(', ')}`,
    );
  }
  try {
    return await assertion(context, session, request, rpId, false);
  } catch (error) {
    // appid: credentials that U2F registered are found under the AppID.
    const unknown = error instanceof CtapError && error.code === 'CTAP2_ERR_NO_CREDENTIALS';
    const retries = unknown && appId !== undefined && options.allowCredentials.length > 0;
    if (!retries) throw error;
    return assertion(context, session, request, appId, true);
  }
}

/** The transports of all listed credentials together; none if one of them has none. */
function transportsOf(list: Request['options']['allowCredentials']): readonly string[] {
  const named = list.map(({ transports }) => transports.filter((one) => TRANSPORTS.includes(one)));
  return named.some((transports) => transports.length === 0) ? [] : [...new Set(named.flat())];
}

/** AuthenticatorTransport (https://www.w3.org/TR/webauthn-3/#enum-transport); other values are ignored. */
const TRANSPORTS: readonly string[] = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'];

/** Whether the authenticator has one of the transports, as far as it says. */
function reaches({ transports }: GetInfoResponse, wanted: readonly string[]): boolean {
  return (
    wanted.length === 0 ||
    transports === undefined ||
    transports.some((transport) => wanted.includes(transport))
  );
}

async function assertion(
  context: ClientContext,
  session: DeviceSession,
  request: Request,
  rpId: string,
  appIdUsed: boolean,
): Promise<Asserted> {
  const { link, info, cancel } = session;
  const { options, clientDataHash } = request;
  const named = options.allowCredentials.length > 0;
  const known: CredentialDescriptor[] = [];
  for (const { id, type } of options.allowCredentials) if (type === 'public-key') known.push({ id, type });
  if (link.onlyU2f) {
    const ceremony = new U2fCeremony(link, context.clock, cancel);
    const response = await ceremony.getAssertion({ rpId, clientDataHash, allowList: known });
    const answered = checked(response, rpId, known, named);
    return { response, ...answered, session, token: undefined, appIdUsed };
  }
  let allowList: readonly CredentialDescriptor[] = known;
  if (named) {
    const fitting = link.fitList(info, rpId, known, cancel);
    allowList = notEmpty(fitting instanceof Promise ? await fitting : fitting);
  }
  if (request.parts.some(([, { perCredential }]) => perCredential === true)) {
    allowList = await narrowed(session, rpId, allowList);
  }
  const device: DeviceRequest = {
    session,
    rpId,
    inputs: new Map<string, CborValue>(),
    onlyCredential: allowList.length === 1 ? allowList[0]?.id : undefined,
    verify: false,
    permissions: 0,
  };
  for (const [, part] of request.parts) await part.ask?.(device);
  const { userVerification } = options;
  const need = {
    verification:
      userVerification === 'required'
        ? ('required' as const)
        : userVerification !== 'discouraged' || device.verify
          ? ('wanted' as const)
          : ('no' as const),
    permissions: TokenPermission.getAssertion | device.permissions,
    token: device.permissions !== 0,
    rpId,
    clientDataHash,
  };
  const { response: first, token } = await verified(session, need, ({ uv, members }) =>
    link.getAssertion(
      {
        rpId,
        clientDataHash,
        ...(named && { allowList }),
        ...(device.inputs.size > 0 && { extensions: device.inputs }),
        ...(uv && { options: { uv } }),
        ...members,
      },
      cancel,
    ),
  );
  const several = (first.numberOfCredentials ?? 1) > 1;
  const response = several ? await chooseAccount(context, session, first) : first;
  // Without a list, only a credential with a user handle is an answer.
  if (!named && response.user === undefined) {
    throw new Unusable('a discoverable credential came without its user handle');
  }
  return { response, ...checked(response, rpId, allowList, named), session, token, appIdUsed };
}

/**
 * Checks that an assertion answers the request: for the RP, by a credential of the list. (Browsers refuse others.)
 *
 * @throws Unusable if it does not, AuthenticatorDataError if its authenticator data is malformed
 */
function checked(
  { authData, credential }: GetAssertionResponse,
  rpId: string,
  list: readonly CredentialDescriptor[],
  named: boolean,
): { readonly data: AuthenticatorData; readonly credentialId: Uint8Array } {
  const data = decodeAuthenticatorData(authData);
  if (!equal(data.rpIdHash, rpIdHashOf(rpId))) throw new Unusable(`the assertion is not for ${rpId}`);
  // An authenticator may leave out the credential where the list had only one.
  const credentialId = credential?.id ?? (list.length === 1 ? list[0]?.id : undefined);
  if (credentialId === undefined) {
    throw new Unusable('the authenticator did not say which credential it used');
  }
  if (named && !list.some(({ id }) => equal(id, credentialId))) {
    throw new Unusable('the assertion is by a credential that was not asked for');
  }
  return { data, credentialId };
}

/** The rest of an allow list. An empty rest is an error, because an empty list has another meaning. */
function notEmpty(list: readonly CredentialDescriptor[]): readonly CredentialDescriptor[] {
  if (list.length === 0) {
    throw new CtapError(
      'CTAP2_ERR_NO_CREDENTIALS',
      'allowCredentials has no credential that this authenticator could have',
    );
  }
  return list;
}

/** The one credential of a list that the authenticator has, asked for silently; or the list as it is. */
async function narrowed(
  { link, cancel }: DeviceSession,
  rpId: string,
  list: readonly CredentialDescriptor[],
): Promise<readonly CredentialDescriptor[]> {
  if (list.length < 2) return list;
  for (const one of list) {
    try {
      const silent = { rpId, clientDataHash: new Uint8Array(32), allowList: [one], options: { up: false } };
      await link.getAssertion(silent, cancel);
      return [one];
    } catch (error) {
      if (!(error instanceof CtapError)) throw error;
    }
  }
  return list;
}

/** More accounts than a person can choose from: a client does not ask a device for more. */
const MOST_ACCOUNTS = 100_000;

/** Several accounts: the person picks. They come newest first, one command each. */
async function chooseAccount(
  context: ClientContext,
  { link, cancel }: DeviceSession,
  first: GetAssertionResponse,
): Promise<GetAssertionResponse> {
  const count = first.numberOfCredentials ?? 1;
  const choice: AccountChoice = (await context.user?.chooseAccount?.()) ?? 0;
  const responses = [first];
  const wanted = Math.min(typeof choice === 'number' ? choice + 1 : count, count);
  if (wanted > MOST_ACCOUNTS) throw new Unusable(`the authenticator claims ${count} accounts`);
  while (responses.length < wanted) responses.push(await link.getNextAssertion(cancel));
  const index: unknown = typeof choice === 'number' ? choice : await choice(responses.map(accountOf));
  const chosen = typeof index === 'number' ? responses[index] : undefined;
  if (chosen === undefined) {
    throw new Cancelled(
      `no account was chosen: ${count} to choose from, got ${typeof index === 'number' ? index : typeof index}`,
    );
  }
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
