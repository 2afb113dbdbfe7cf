/** Options as servers' libraries make them: JSON, or (fido2-lib) with bytes where JSON has base64url. */
import { base64url } from '../base/base64url.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialDescriptorJSON,
  PublicKeyCredentialRequestOptionsJSON,
  PublicKeyCredentialUserEntityJSON,
} from '../webauthn/types.ts';

/** Text in base64url, or bytes. */
export type TextOrBytes = string | ArrayBuffer | ArrayBufferView;

/** A type whose members of some names may be bytes, too. */
export type WithBytes<T, Member extends keyof T> = Omit<T, Member> & { readonly [M in Member]: TextOrBytes };

/** Credentials by their IDs. */
export type Descriptors = readonly WithBytes<PublicKeyCredentialDescriptorJSON, 'id'>[] | undefined;

/** The options that `create` accepts. */
export type CreationOptionsGiven = Omit<
  WithBytes<PublicKeyCredentialCreationOptionsJSON, 'challenge'>,
  'user' | 'excludeCredentials'
> & {
  readonly user: WithBytes<PublicKeyCredentialUserEntityJSON, 'id'>;
  readonly excludeCredentials?: Descriptors;
};

/** The options that `get` accepts. */
export type RequestOptionsGiven = Omit<
  WithBytes<PublicKeyCredentialRequestOptionsJSON, 'challenge'>,
  'allowCredentials'
> & { readonly allowCredentials?: Descriptors };

/** Options, or options in the wrapper for `navigator.credentials` that many servers send. */
export type OptionsOrWrapped<T> = T | { readonly publicKey: T };

/** Options as JSON: unwrapped, and with bytes in base64url. Other values stay, and are refused later. */
export function creationOptionsJson(
  given: OptionsOrWrapped<CreationOptionsGiven>,
): PublicKeyCredentialCreationOptionsJSON {
  return jsonOf(given) as PublicKeyCredentialCreationOptionsJSON;
}

/** The same for `get`. */
export function requestOptionsJson(
  given: OptionsOrWrapped<RequestOptionsGiven>,
): PublicKeyCredentialRequestOptionsJSON {
  return jsonOf(given) as PublicKeyCredentialRequestOptionsJSON;
}

/**
 * Reads options. If they are no options, such as a server's `{"error": "not logged in"}`, the TypeError that a page would get
 * has a cause that quotes them.
 */
export function whatCame<Given, Read>(given: Given, read: (given: Given) => Read): Read {
  try {
    return read(given);
  } catch (error) {
    // (Some servers write null for an absent member.)
    const isOptions = isObject(given) && 'challenge' in given && given.challenge !== null;
    if (!isOptions && error instanceof TypeError && error.cause === undefined)
      error.cause = new Error(`expected WebAuthn options, with a challenge; got ${excerpt(given)}`);
    if (isOptions && error instanceof TypeError && error.cause === undefined && isRequest(given, error))
      error.cause = new Error('expected the options of a registration; got those of a sign-in: call get()');
    if (isEncodingError(error) && error.cause === undefined)
      error.cause = new Error(`${BASE64URL}; got ${excerpt(memberOf(given, error.message))}`);
    throw error;
  }
}

/** Base64url without padding, which the base64 of many languages is not. */
const BASE64URL =
  "expected base64url without padding (- and _ where base64 has + and /, and no =), as Buffer.from('ada').toString('base64url') writes it";

/** Whether what registers lacks all that a registration has. */
function isRequest(given: Loose, { message }: Error): boolean {
  return message.includes('is required') && !['rp', 'user', 'pubKeyCredParams'].some((name) => name in given);
}

/** The value of the member that a message begins with, such as `excludeCredentials[0].id`. */
function memberOf(given: unknown, message: string): unknown {
  const path = message.split(' ', 1)[0]?.match(/\w+/g) ?? [];
  return path.reduce((value, name) => (isObject(value) ? value[name] : value), given);
}

function isEncodingError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'EncodingError';
}

function excerpt(value: unknown): string {
  if (isObject(value) && typeof value.then === 'function') return 'a promise: is an await missing?';
  if (isObject(value) && typeof value.json === 'function')
    return 'a response of fetch: its json() has the options';
  if (typeof value === 'string' && value.trimStart().startsWith('{'))
    return 'a text: JSON.parse() makes options of it';
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  const shown = text ?? String(value);
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

type Loose = Readonly<Record<string, unknown>>;

function jsonOf(given: object): object {
  const options = (isObject(given) && isObject(given.publicKey) ? given.publicKey : given) as Loose;
  if (!isObject(options)) return options;
  const { user, excludeCredentials, allowCredentials } = options;
  const bytes =
    isBytes(options.challenge) ||
    (isObject(user) && isBytes(user.id)) ||
    hasBytes(excludeCredentials) ||
    hasBytes(allowCredentials);
  if (!bytes) return options;
  return {
    ...options,
    challenge: textOf(options.challenge),
    ...(isObject(user) && { user: withText(user) }),
    ...(Array.isArray(excludeCredentials) && { excludeCredentials: excludeCredentials.map(withText) }),
    ...(Array.isArray(allowCredentials) && { allowCredentials: allowCredentials.map(withText) }),
  };
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  if (!isObject(value)) return false;
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

function hasBytes(list: unknown): boolean {
  return Array.isArray(list) && list.some((one) => isObject(one) && isBytes(one.id));
}

function withText(value: unknown): unknown {
  return isObject(value) ? { ...value, id: textOf(value.id) } : value;
}

function textOf(value: unknown): unknown {
  if (!isBytes(value)) return value;
  return base64url(
    ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value),
  );
}
