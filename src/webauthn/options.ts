/**
 * Options from JSON, for our client: what is missing or of the wrong type is a TypeError (as Web IDL makes it), what is not
 * base64url an EncodingError (https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON). How each member converts is in
 * dictionaries.ts.
 */
import { fromBase64url } from '../base/base64url.ts';
import { once } from '../base/once.ts';
import {
  creationOptions,
  encoded,
  extensionInputs,
  mediation,
  requestOptions,
  uiMode,
} from './dictionaries.ts';
import { defaulting, dictionary, type IdlType } from './idl.ts';
import { type Realm, realmOf } from './realm.ts';
import type {
  CreationOptions,
  DescriptorWithBytes,
  Mediation,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RequestOptions,
  UiMode,
} from './types.ts';

/** (Our client pushes onto its lists wherever it runs: with `append`, which a page cannot notice, each element takes a microsecond more.) */
const here: Realm = {
  ...realmOf(globalThis),
  append: (list, element) => {
    list.push(element);
  },
};

/** Bytes from JSON, as our client has them. */
const clientBytes: IdlType<Uint8Array> = (value, place, realm) => fromBase64url(encoded(value, place, realm));

const clientInputs = once(() => extensionInputs(encoded));

/**
 * PublicKeyCredentialCreationOptionsJSON for our client, which has the bytes of the ceremony's own members decoded, and reads those
 * of extensions itself.
 */
const clientCreationOptions = once(
  () => creationOptions(clientBytes, clientInputs()) as unknown as IdlType<CreationOptions>,
);

/** PublicKeyCredentialRequestOptionsJSON for our client. */
const clientRequestOptions = once(
  () => requestOptions(clientBytes, clientInputs()) as unknown as IdlType<RequestOptions>,
);

/** Of the argument of `create()` or `get()`, what our client needs beside `publicKey`. */
const ceremonyOptions = once(
  () =>
    dictionary({ mediation: defaulting(mediation, () => 'optional'), uiMode }) as unknown as IdlType<{
      readonly mediation: Mediation;
      readonly uiMode?: UiMode;
    }>,
);

type Fresh<T> = { -readonly [M in keyof T]: T[M] };

/** Reads creation options. @throws TypeError, or a DOMException EncodingError */
export function readCreationOptions(json: PublicKeyCredentialCreationOptionsJSON): CreationOptions {
  const options: Fresh<CreationOptions> = clientCreationOptions()(json, '', here);
  options.authenticatorSelection ??= { userVerification: 'preferred' };
  options.extensions ??= {};
  complete(options.excludeCredentials);
  return options;
}

/** Reads request options. @throws TypeError, or a DOMException EncodingError */
export function readRequestOptions(json: PublicKeyCredentialRequestOptionsJSON): RequestOptions {
  const options: Fresh<RequestOptions> = clientRequestOptions()(json, '', here);
  options.extensions ??= {};
  complete(options.allowCredentials);
  return options;
}

/** Gives each an empty list where there are no transports: one member less to ask for. */
function complete(credentials: readonly Fresh<DescriptorWithBytes>[]): void {
  for (const credential of credentials) credential.transports ??= [];
}

/** How a ceremony is called. @throws TypeError */
export function readHow(given: { readonly mediation?: unknown; readonly uiMode?: unknown }): {
  readonly mediation: Mediation;
  readonly uiMode?: UiMode;
} {
  return ceremonyOptions()(given, '', here);
}
