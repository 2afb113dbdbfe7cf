/** What a server tells of its credentials, as a page hands it over: the client's own signal methods, with options read anew. */

import type { PageClient } from '../../page/page-client.ts';
import {
  signalAllAcceptedCredentials,
  signalCurrentUserDetails,
  signalUnknownCredential,
} from '../../page/signals.ts';
import {
  allAcceptedCredentialsOptions,
  currentUserDetailsOptions,
  unknownCredentialOptions,
} from '../../webauthn/dictionaries.ts';
import type { IdlType } from '../../webauthn/idl.ts';
import { realmOf } from '../../webauthn/realm.ts';

type Options = Readonly<Record<string, unknown>>;
type Signal = readonly [
  read: IdlType<Record<string, unknown>>,
  act: (client: PageClient, options: Options) => Promise<undefined>,
];

type Operation = 'signalUnknownCredential' | 'signalAllAcceptedCredentials' | 'signalCurrentUserDetails';

const SIGNALS: Readonly<Record<Operation, Signal>> = {
  signalUnknownCredential: [unknownCredentialOptions, signalUnknownCredential],
  signalAllAcceptedCredentials: [allAcceptedCredentialsOptions, signalAllAcceptedCredentials],
  signalCurrentUserDetails: [currentUserDetailsOptions, signalCurrentUserDetails],
};

/** Applies a signal. Nothing tells whether it met anything. @throws TypeError, or DOMException SecurityError */
export async function applySignal(
  operation: Operation,
  argument: unknown,
  client: PageClient,
): Promise<undefined> {
  const [read, act] = SIGNALS[operation];
  return act(client, read(argument, 'options', realmOf(globalThis)));
}
