/** WebAuthn's dictionaries as a page's own objects convert: the arguments of its calls, and JSON for `parse*FromJSON`. */
import { base64url, fromBase64url } from '../base/base64url.ts';
import { bufferSource } from './buffer-source.ts';
import {
  creationOptions,
  encoded,
  extensionInputs,
  mediation,
  requestOptions,
  uiMode,
} from './dictionaries.ts';
import {
  any,
  defaulting,
  dictionary,
  domString,
  type IdlType,
  late,
  type Members,
  required,
  sequence,
  unexpected,
} from './idl.ts';
import { type PageSignal, signalOf, toArrayBuffer } from './realm.ts';
import type { Mediation, UiMode } from './types.ts';

/** Bytes from a page, as JSON has them. */
const pageBytes: IdlType<string> = (value, place, realm) => base64url(bufferSource(value, place, realm));

/** Bytes from JSON, as a page has them. */
const jsonBytes: IdlType<ArrayBuffer> = (value, place, realm) =>
  toArrayBuffer(realm, fromBase64url(encoded(value, place, realm)));

// (Most documents convert nothing.)
const jsonInputs = late(() => extensionInputs(jsonBytes));
const pageInputs = late(() => extensionInputs(pageBytes));

/** PublicKeyCredentialCreationOptionsJSON to PublicKeyCredentialCreationOptions. */
export const creationOptionsFromJson: IdlType<Record<string, unknown>> = late(() =>
  creationOptions(jsonBytes, jsonInputs),
);

/** PublicKeyCredentialRequestOptionsJSON to PublicKeyCredentialRequestOptions. */
export const requestOptionsFromJson: IdlType<Record<string, unknown>> = late(() =>
  requestOptions(jsonBytes, jsonInputs),
);

const abortSignal: IdlType<PageSignal> = (value, place, realm) => {
  const signal = signalOf(realm, value);
  if (signal !== undefined) return signal;
  throw unexpected(realm, place, 'an AbortSignal', value);
};

/** The argument of `create()` or `get()`, its options as JSON. */
export interface CredentialOptions {
  readonly mediation: Mediation;
  readonly publicKey?: Readonly<Record<string, unknown>>;
  readonly signal?: PageSignal;
  readonly uiMode?: UiMode;
  /** Other types of credentials, unread. */
  readonly [other: string]: unknown;
}

/** Other types of credentials are the browser's own: that they are there is all that is looked at. */
function credentialOptions(publicKey: () => IdlType, more: Members): IdlType<CredentialOptions> {
  return dictionary({
    digital: any,
    federated: any,
    mediation: defaulting(mediation, () => 'optional'),
    password: any,
    publicKey: late(publicKey),
    signal: abortSignal,
    ...more,
  }) as unknown as IdlType<CredentialOptions>;
}

/** CredentialCreationOptions. */
export const credentialCreationOptions: IdlType<CredentialOptions> = credentialOptions(
  () => creationOptions(pageBytes, pageInputs),
  {},
);

/** CredentialRequestOptions. */
export const credentialRequestOptions: IdlType<CredentialOptions> = credentialOptions(
  () => requestOptions(pageBytes, pageInputs),
  { identity: any, otp: any, uiMode },
);

/** The arguments of the signal methods keep their base64url: the methods themselves decode it. */
export const unknownCredentialOptions: IdlType<Record<string, unknown>> = dictionary({
  credentialId: required(domString),
  rpId: required(domString),
});

export const allAcceptedCredentialsOptions: IdlType<Record<string, unknown>> = dictionary({
  allAcceptedCredentialIds: required(sequence(domString)),
  rpId: required(domString),
  userId: required(domString),
});

export const currentUserDetailsOptions: IdlType<Record<string, unknown>> = dictionary({
  displayName: required(domString),
  name: required(domString),
  rpId: required(domString),
  userId: required(domString),
});
