/** What a server tells of its credentials, as a page hands it over: the client's own signal methods, with options read anew. */
import {
  allAcceptedCredentialsOptions,
  currentUserDetailsOptions,
  unknownCredentialOptions,
} from '../../client/dom/dictionaries.ts';
import type { IdlType } from '../../client/dom/idl.ts';
import type { PageClient } from '../../client/dom/page-client.ts';
import { realmOf } from '../../client/dom/realm.ts';
import {
  signalAllAcceptedCredentials,
  signalCurrentUserDetails,
  signalUnknownCredential,
} from '../../client/dom/signals.ts';

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
