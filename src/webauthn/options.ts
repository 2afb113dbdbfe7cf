/**
 * Options from JSON, for our client: what is missing or of the wrong type is a TypeError (as Web IDL makes it), what is not
 * base64url an EncodingError (https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON). How each member converts is in
 * dictionaries.ts.
 */
import { ceremonyOptions, clientCreationOptions, clientRequestOptions } from './dictionaries.ts';
import { realmOf } from './realm.ts';
import type {
  CreationOptions,
  DescriptorWithBytes,
  Mediation,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RequestOptions,
  UiMode,
} from './types.ts';

const here = realmOf(globalThis);

/** Reads creation options. @throws TypeError, or a DOMException EncodingError */
export function readCreationOptions(json: PublicKeyCredentialCreationOptionsJSON): CreationOptions {
  const options = clientCreationOptions(json, '', here);
  return {
    ...options,
    authenticatorSelection: options.authenticatorSelection ?? { userVerification: 'preferred' },
    excludeCredentials: options.excludeCredentials.map(descriptor),
    extensions: options.extensions ?? {},
  };
}

/** Reads request options. @throws TypeError, or a DOMException EncodingError */
export function readRequestOptions(json: PublicKeyCredentialRequestOptionsJSON): RequestOptions {
  const options = clientRequestOptions(json, '', here);
  return {
    ...options,
    allowCredentials: options.allowCredentials.map(descriptor),
    extensions: options.extensions ?? {},
  };
}

/** How a ceremony is called. @throws TypeError */
export function readHow(given: { readonly mediation?: unknown; readonly uiMode?: unknown }): {
  readonly mediation: Mediation;
  readonly uiMode?: UiMode;
} {
  return ceremonyOptions(given, '', here);
}

function descriptor({ type, id, transports = [] }: DescriptorWithBytes): DescriptorWithBytes {
  return { type, id, transports };
}
