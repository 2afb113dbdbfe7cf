/** The signal methods (https://www.w3.org/TR/webauthn-3/#sctn-signal-methods): what a server reports about its credentials. */
import { base64url, fromBase64url, isBase64url } from '../base/base64url.ts';
import { equal } from '../base/bytes.ts';
import type { CredentialRecord } from '../store/record.ts';
import {
  allAcceptedCredentialsOptions,
  currentUserDetailsOptions,
  unknownCredentialOptions,
} from '../webauthn/page-dictionaries.ts';
import { realmOf } from '../webauthn/realm.ts';
import type { PageOperation } from './messages.ts';
import type { PageClient, SignalledCredentials } from './page-client.ts';

type Action = (credentials: SignalledCredentials, record: CredentialRecord) => Promise<unknown> | undefined;

function bytes(text: unknown, name: string): Uint8Array {
  if (isBase64url(text as string)) return fromBase64url(text as string);
  throw new TypeError(`${name}: expected base64url without padding, got ${JSON.stringify(text)}.`);
}

/** Validates the RP ID, then applies the action to every credential of that RP. The page does not learn whether there was any. */
async function signal(client: PageClient, rpId: unknown, act: Action): Promise<undefined> {
  await client.validateRpId(rpId as string);
  for (const credentials of client.credentials)
    for (const record of credentials.list()) if (record.rpId === rpId) await act(credentials, record);
}

/** signalUnknownCredential(): the credential with that ID is deleted. */
async function signalUnknownCredential(
  client: PageClient,
  options: Readonly<Record<string, unknown>>,
): Promise<undefined> {
  // 1. The ID.
  const id = bytes(options.credentialId, 'credentialId');
  // 2. to 4. The RP ID, then the authenticator's action.
  return signal(client, options.rpId, (credentials, record) =>
    equal(record.id, id) ? credentials.delete(record.id) : undefined,
  );
}

/** signalAllAcceptedCredentials(): the user's discoverable credentials that are not in the list are deleted. */
async function signalAllAcceptedCredentials(
  client: PageClient,
  options: Readonly<Record<string, unknown>>,
): Promise<undefined> {
  // 1. The user handle.
  const userId = bytes(options.userId, 'userId');
  // 2. The IDs, compared as text.
  const accepted = options.allAcceptedCredentialIds as string[];
  accepted.forEach((id, index) => {
    bytes(id, `allAcceptedCredentialIds[${index}]`);
  });
  // 3. to 5. The RP ID, then the authenticator's action.
  return signal(client, options.rpId, (credentials, record) =>
    isOf(record, userId) && !accepted.includes(base64url(record.id))
      ? credentials.delete(record.id)
      : undefined,
  );
}

/** signalCurrentUserDetails(): the user's discoverable credentials take the names. */
async function signalCurrentUserDetails(
  client: PageClient,
  options: Readonly<Record<string, unknown>>,
): Promise<undefined> {
  // 1. The user handle.
  const userId = bytes(options.userId, 'userId');
  // 2. to 4. The RP ID, then the authenticator's action.
  const names = { userName: options.name as string, userDisplayName: options.displayName as string };
  return signal(client, options.rpId, (credentials, record) =>
    isOf(record, userId) ? credentials.update(record.id, names) : undefined,
  );
}

function isOf(record: CredentialRecord, userId: Uint8Array): boolean {
  return record.discoverable && record.userId !== undefined && equal(record.userId, userId);
}

const SIGNALS = {
  signalUnknownCredential: [unknownCredentialOptions, signalUnknownCredential],
  signalAllAcceptedCredentials: [allAcceptedCredentialsOptions, signalAllAcceptedCredentials],
  signalCurrentUserDetails: [currentUserDetailsOptions, signalCurrentUserDetails],
} as const;

const here = realmOf(globalThis);

/** Applies a signal. The page does not learn whether it changed anything. @throws TypeError, or DOMException SecurityError */
export async function applySignal(
  operation: PageOperation,
  argument: unknown,
  client: PageClient,
): Promise<undefined> {
  const [read, act] = SIGNALS[operation as keyof typeof SIGNALS];
  return act(client, read(argument, 'options', here));
}
