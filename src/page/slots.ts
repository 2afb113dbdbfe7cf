/** What the client's JSON becomes inside the objects a page gets: bytes as the page's ArrayBuffers. */
import { fromBase64url } from '../base/base64url.ts';
import { type Realm, toArrayBuffer } from '../webauthn/realm.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/types.ts';

/** Extension outputs that are bytes, as paths. */
const BYTES_IN_OUTPUTS: readonly (readonly string[])[] = [
  ['prf', 'results', 'first'],
  ['prf', 'results', 'second'],
  ['largeBlob', 'blob'],
  ['getCredBlob'],
  ['hmacGetSecret', 'output1'],
  ['hmacGetSecret', 'output2'],
];

type Json = Record<string, unknown>;

/** Whether the client answered a creation. */
export function isRegistration(
  json: RegistrationResponseJSON | AuthenticationResponseJSON,
): json is RegistrationResponseJSON {
  return 'attestationObject' in json.response;
}

/** An ArrayBuffer of the page's with the bytes that a text of the client's spells. */
export function bytesOf(realm: Realm, text: string): ArrayBuffer {
  return toArrayBuffer(realm, fromBase64url(text));
}

/** A copy in the page's realm, members in lexicographical order, as Web IDL turns dictionaries into objects. */
export function inRealm(realm: Realm, value: unknown): unknown {
  if (Array.isArray(value)) {
    const copy = new realm.Array<unknown>();
    for (const element of value) copy.push(inRealm(realm, element));
    return copy;
  }
  if (typeof value !== 'object' || value === null) return value;
  const copy = new realm.Object() as Json;
  for (const key of Object.keys(value).sort()) copy[key] = inRealm(realm, (value as Json)[key]);
  return copy;
}

/** The client extension results with their bytes, a new object every time. */
export function extensionResults(realm: Realm, outputs: Readonly<Json>): Json {
  const results = inRealm(realm, outputs) as Json;
  for (const path of BYTES_IN_OUTPUTS) {
    const last = path.at(-1) as string;
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Json | undefined)?.[key], results);
    const text = (holder as Json | undefined)?.[last];
    if (typeof text === 'string') (holder as Json)[last] = bytesOf(realm, text);
  }
  return results;
}
