/** What a server tells of its credentials: https://www.w3.org/TR/webauthn-3/#sctn-signal-methods, on credentials in process. */
import type { Credentials } from '../../authenticator/credentials.ts';
import { relyingPartyId } from '../../client/caller.ts';
import { parseOrigin } from '../../client/origin.ts';
import { base64url, isBase64url } from '../../codec/base64url.ts';
import type { CredentialRecord } from '../../store/record.ts';

export type SignalOperation =
  | 'signalUnknownCredential'
  | 'signalAllAcceptedCredentials'
  | 'signalCurrentUserDetails';

type Options = Readonly<Record<string, unknown>>;

function text(options: Options, name: string): string {
  const value = options[name];
  if (typeof value === 'string') return value;
  throw new TypeError(`The member ${name} is required, and is a string.`);
}

function id(value: unknown, name: string): string {
  if (typeof value === 'string' && isBase64url(value)) return value;
  throw new TypeError(`${name}: expected base64url without padding.`);
}

/** Applies a signal to each of several devices. Nothing tells whether it met anything. @throws TypeError, or SecurityError */
export async function applySignal(
  operation: SignalOperation,
  argument: unknown,
  origin: string,
  devices: readonly Credentials[],
): Promise<void> {
  const options = (argument ?? {}) as Options;
  const rpId = text(options, 'rpId');
  const act = actionFor(operation, options);
  await relyingPartyId(parseOrigin(origin), rpId);
  for (const credentials of devices)
    for (const record of credentials.list()) if (record.rpId === rpId) await act(credentials, record);
}

type Action = (credentials: Credentials, record: CredentialRecord) => Promise<unknown> | undefined;

function actionFor(operation: SignalOperation, options: Options): Action {
  if (operation === 'signalUnknownCredential') {
    const unknown = id(options.credentialId, 'credentialId');
    return (credentials, record) =>
      base64url(record.id) === unknown ? credentials.delete(record.id) : undefined;
  }
  const userId = id(options.userId, 'userId');
  const isOfUser = ({ discoverable, userId: own }: CredentialRecord): boolean =>
    discoverable && own !== undefined && base64url(own) === userId;
  if (operation === 'signalAllAcceptedCredentials') {
    const accepted = options.allAcceptedCredentialIds;
    if (!Array.isArray(accepted)) throw new TypeError('allAcceptedCredentialIds: expected an array.');
    accepted.forEach((each, index) => {
      id(each, `allAcceptedCredentialIds[${index}]`);
    });
    return (credentials, record) =>
      isOfUser(record) && !accepted.includes(base64url(record.id))
        ? credentials.delete(record.id)
        : undefined;
  }
  const names = { userName: text(options, 'name'), userDisplayName: text(options, 'displayName') };
  return (credentials, record) => (isOfUser(record) ? credentials.update(record.id, names) : undefined);
}
