/** Turns JSON into the slots of a page's objects: bytes become the page's ArrayBuffers. */
import { fromBase64url } from '../base/base64url.ts';
import { append, define, isArray, own, sortedKeys } from '../base/primordials.ts';
import { type Realm, toArrayBuffer } from '../webauthn/realm.ts';
import type { RegistrationResponseJSON } from '../webauthn/types.ts';
import type { CredentialJson, Json } from './answers.ts';

/** Extension outputs that are bytes, as paths. */
const BYTES_IN_OUTPUTS: readonly (readonly string[])[] = [
  ['prf', 'results', 'first'],
  ['prf', 'results', 'second'],
  ['largeBlob', 'blob'],
  ['getCredBlob'],
  ['hmacGetSecret', 'output1'],
  ['hmacGetSecret', 'output2'],
];

/** Whether a creation was answered. */
export function isRegistration(json: CredentialJson): json is RegistrationResponseJSON {
  return own(json.response, 'attestationObject') !== undefined;
}

/** An ArrayBuffer of the page with the bytes of a base64url text. */
export function bytesOf(realm: Realm, text: string): ArrayBuffer {
  return toArrayBuffer(realm, fromBase64url(text));
}

/** A copy in the page's realm, members in lexicographical order, as Web IDL turns dictionaries into objects. */
export function inRealm(realm: Realm, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    const copy = realm.list();
    for (let i = 0; i < value.length; i++) append(copy, inRealm(realm, value[i]));
    return copy;
  }
  const copy = realm.object();
  const keys = sortedKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    define(copy, key, inRealm(realm, own(value, key)));
  }
  return copy;
}

/** The client extension results with their bytes, a new object every time. */
export function extensionResults(realm: Realm, outputs: Readonly<Json>): Json {
  const results = inRealm(realm, outputs) as Json;
  for (let i = 0; i < BYTES_IN_OUTPUTS.length; i++) {
    const path = BYTES_IN_OUTPUTS[i] as readonly string[];
    let holder: unknown = results;
    let at = 0;
    for (; at < path.length - 1; at++) holder = memberOf(holder, path[at] as string);
    const last = path[at] as string;
    const text = memberOf(holder, last);
    if (typeof text === 'string') define(holder as Json, last, bytesOf(realm, text));
  }
  return results;
}

function memberOf(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? own(holder, key) : undefined;
}
