/**
 * Options from JSON: what is missing or of the wrong type is a TypeError (as Web IDL makes it), what is not base64url an
 * EncodingError (https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON). Defaults are those of the IDL.
 */
import { fromBase64url, isBase64url } from '../base/base64url.ts';
import { webAuthnError } from './errors.ts';
import type {
  AuthenticatorSelectionCriteria,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialDescriptorJSON,
  PublicKeyCredentialParameters,
  PublicKeyCredentialRequestOptionsJSON,
} from './types.ts';

/** PublicKeyCredentialDescriptor with its bytes. */
interface Descriptor {
  readonly type: string;
  readonly id: Uint8Array;
  readonly transports: readonly string[];
}

/** PublicKeyCredentialCreationOptions with their bytes and defaults. */
export interface CreationOptions {
  readonly rp: { readonly id?: string; readonly name: string };
  readonly user: { readonly id: Uint8Array; readonly name: string; readonly displayName: string };
  readonly challenge: Uint8Array;
  readonly pubKeyCredParams: readonly PublicKeyCredentialParameters[];
  readonly timeout: number | undefined;
  readonly excludeCredentials: readonly Descriptor[];
  readonly authenticatorSelection: AuthenticatorSelectionCriteria;
  readonly hints: readonly string[];
  readonly attestation: string;
  readonly attestationFormats: readonly string[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** PublicKeyCredentialRequestOptions with their bytes and defaults. */
export interface RequestOptions {
  readonly challenge: Uint8Array;
  readonly timeout: number | undefined;
  readonly rpId: string | undefined;
  readonly allowCredentials: readonly Descriptor[];
  readonly userVerification: string;
  readonly hints: readonly string[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Reads creation options. @throws TypeError, or a DOMException EncodingError */
export function readCreationOptions(json: PublicKeyCredentialCreationOptionsJSON): CreationOptions {
  const options = dictionary(json, 'options');
  const rp = dictionary(options.rp, 'rp');
  const user = dictionary(options.user, 'user');
  const selection = optional(options.authenticatorSelection, 'authenticatorSelection', dictionary) ?? {};
  const rpId = optional(rp.id, 'rp.id', text);
  return {
    rp: { name: text(rp.name, 'rp.name'), ...(rpId !== undefined && { id: rpId }) },
    user: {
      id: bytes(user.id, 'user.id'),
      name: text(user.name, 'user.name'),
      displayName: text(user.displayName, 'user.displayName'),
    },
    challenge: bytes(options.challenge, 'challenge'),
    pubKeyCredParams: list(options.pubKeyCredParams, 'pubKeyCredParams', parameters),
    timeout: optional(options.timeout, 'timeout', milliseconds),
    excludeCredentials: optional(options.excludeCredentials, 'excludeCredentials', descriptors) ?? [],
    authenticatorSelection: readSelection(selection),
    hints: optional(options.hints, 'hints', texts) ?? [],
    attestation: optional(options.attestation, 'attestation', text) ?? 'none',
    attestationFormats: optional(options.attestationFormats, 'attestationFormats', texts) ?? [],
    extensions: optional(options.extensions, 'extensions', dictionary) ?? {},
  };
}

/** Reads request options. @throws TypeError, or a DOMException EncodingError */
export function readRequestOptions(json: PublicKeyCredentialRequestOptionsJSON): RequestOptions {
  const options = dictionary(json, 'options');
  return {
    challenge: bytes(options.challenge, 'challenge'),
    timeout: optional(options.timeout, 'timeout', milliseconds),
    rpId: optional(options.rpId, 'rpId', text),
    allowCredentials: optional(options.allowCredentials, 'allowCredentials', descriptors) ?? [],
    userVerification: optional(options.userVerification, 'userVerification', text) ?? 'preferred',
    hints: optional(options.hints, 'hints', texts) ?? [],
    extensions: optional(options.extensions, 'extensions', dictionary) ?? {},
  };
}

type Dictionary = Readonly<Record<string, unknown>>;

function readSelection(selection: Dictionary): AuthenticatorSelectionCriteria {
  const authenticatorAttachment = optional(
    selection.authenticatorAttachment,
    'authenticatorAttachment',
    text,
  );
  const residentKey = optional(selection.residentKey, 'residentKey', text);
  return {
    ...(authenticatorAttachment !== undefined && { authenticatorAttachment }),
    ...(residentKey !== undefined && { residentKey }),
    requireResidentKey: Boolean(selection.requireResidentKey),
    userVerification: optional(selection.userVerification, 'userVerification', text) ?? 'preferred',
  };
}

function optional<T>(value: unknown, name: string, read: (value: unknown, name: string) => T): T | undefined {
  return value === undefined ? undefined : read(value, name);
}

function wrongType(name: string, expected: string, value: unknown): TypeError {
  const got = value === null ? 'null' : Array.isArray(value) ? 'an array' : `${typeof value}`;
  return new TypeError(
    value === undefined ? `The member ${name} is required.` : `${name}: expected ${expected}, got ${got}.`,
  );
}

function dictionary(value: unknown, name: string): Dictionary {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(name, 'an object', value);
  return value as Dictionary;
}

/** A DOMString: Web IDL turns other primitives into text. */
function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || typeof value === 'object' || typeof value === 'symbol')
    throw wrongType(name, 'a string', value);
  return String(value);
}

function bytes(value: unknown, name: string): Uint8Array {
  const encoded = text(value, name);
  if (!isBase64url(encoded)) throw webAuthnError('EncodingError', `${name} contains invalid base64url data`);
  return fromBase64url(encoded);
}

function list<T>(value: unknown, name: string, read: (value: unknown, name: string) => T): T[] {
  if (!Array.isArray(value)) throw wrongType(name, 'an array', value);
  return value.map((element, index) => read(element, `${name}[${index}]`));
}

function texts(value: unknown, name: string): string[] {
  return list(value, name, text);
}

/** An unsigned long: Web IDL takes any number modulo 2^32. */
function milliseconds(value: unknown, name: string): number {
  if (typeof value === 'object' && value !== null) throw wrongType(name, 'a number', value);
  return Number(value) >>> 0;
}

function parameters(value: unknown, name: string): PublicKeyCredentialParameters {
  const { type, alg } = dictionary(value, name);
  if (typeof alg === 'object' || alg === undefined) throw wrongType(`${name}.alg`, 'a number', alg);
  return { type: text(type, `${name}.type`), alg: Number(alg) | 0 };
}

function descriptors(value: unknown, name: string): Descriptor[] {
  return list(value, name, (element, place): Descriptor => {
    const { type, id, transports } = dictionary(element, place) as Partial<PublicKeyCredentialDescriptorJSON>;
    return {
      type: text(type, `${place}.type`),
      id: bytes(id, `${place}.id`),
      transports: optional(transports, `${place}.transports`, texts) ?? [],
    };
  });
}
