/** Reading the inputs of extensions, as JSON has them. */
import { fromBase64url, isBase64url } from '../../base/base64url.ts';
import { webAuthnError } from '../../webauthn/errors.ts';

/** A boolean, as Web IDL reads one. */
export function flag(value: unknown): boolean {
  return Boolean(value);
}

/** Bytes in base64url. @throws TypeError for another type, a DOMException EncodingError for another spelling */
export function bytesOf(value: unknown, name: string): Uint8Array {
  if (typeof value !== 'string') throw new TypeError(`${name}: expected a string, got ${typeof value}.`);
  if (!isBase64url(value)) throw webAuthnError('EncodingError', `${name} contains invalid base64url data`);
  return fromBase64url(value);
}

/** An object. @throws TypeError for anything else */
export function dictionaryOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name}: expected an object, got ${value === null ? 'null' : typeof value}.`);
  }
  return value as Readonly<Record<string, unknown>>;
}
