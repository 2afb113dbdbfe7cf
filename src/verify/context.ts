/** A response on its way through the checks of either ceremony: read once, as leniently as can be, when a check asks for a part. */

import { base64url } from '../base/base64url.ts';
import { sha256 } from '../crypto/hash.ts';
import type { CeremonyKind } from '../webauthn/steps.ts';
import type { Expected } from './expected.ts';
import { Unreadable } from './guard.ts';
import type { LooseAuthenticatorData } from './lenient/authenticator-data.ts';
import { looseBase64 } from './lenient/base64url.ts';
import { type JsonReading, readJson } from './lenient/json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A member of the object itself: nothing is inherited here. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the options of both ceremonies have. */
export interface AnyOptions {
  readonly challenge: string;
  readonly userVerification?: string | undefined;
  readonly extensions?: JsonObject | undefined;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const looseUtf8 = new TextDecoder('utf-8');

export abstract class CeremonyContext<Options extends AnyOptions, Judged extends Expected> {
  abstract readonly kind: CeremonyKind;
  readonly input: unknown;
  readonly options: Options;
  readonly expected: Judged;
  readonly rpId: string;
  readonly off: ReadonlySet<string>;
  #clientData: JsonReading | undefined;

  constructor(input: unknown, options: Options, expected: Judged, rpId: string, off: ReadonlySet<string>) {
    this.input = input;
    this.options = options;
    this.expected = expected;
    this.rpId = rpId;
    this.off = off;
  }

  abstract get authData(): LooseAuthenticatorData;

  isOff(guard: string): boolean {
    return this.off.has(`${this.kind}.${guard}`);
  }

  formats(): readonly string[] | undefined {
    return [];
  }

  /** The credential that came as JSON. */
  get credential(): JsonObject {
    if (!isObject(this.input)) throw new Unreadable('response.object');
    return this.input;
  }

  get response(): JsonObject {
    const response = own(this.credential, 'response');
    if (!isObject(response)) throw new Unreadable('response.object');
    return response;
  }

  /** Its ID, spelled in base64url whatever way it came. */
  get id(): string {
    const id = own(this.credential, 'id');
    if (typeof id !== 'string') throw new Unreadable('response.id');
    return base64url(looseBase64(id));
  }

  /** A member of the response that is base64url. */
  bytes(member: string, guard: string): Uint8Array {
    const text = own(this.response, member);
    if (typeof text !== 'string') throw new Unreadable(guard);
    return looseBase64(text);
  }

  get clientDataJSON(): Uint8Array {
    return this.bytes('clientDataJSON', 'response.client-data-json');
  }

  /** SHA-256 of the bytes as they came. */
  get clientDataHash(): Uint8Array {
    return sha256(this.clientDataJSON);
  }

  get clientDataIsUtf8(): boolean {
    const { clientDataJSON } = this;
    try {
      strictUtf8.decode(clientDataJSON);
      return true;
    } catch {
      return false;
    }
  }

  /** "UTF-8 decode" takes a byte order mark away. */
  get clientData(): JsonReading {
    this.#clientData ??= readJson(looseUtf8.decode(this.clientDataJSON));
    if (!this.#clientData.found && !this.clientDataIsUtf8) throw new Unreadable('client-data.utf8');
    return this.#clientData;
  }

  /** A member of the client data. */
  collected(name: string): unknown {
    const { found, value } = this.clientData;
    if (!found) throw new Unreadable('client-data.json');
    if (!isObject(value)) throw new Unreadable('client-data.object');
    return own(value, name);
  }

  get clientExtensionResults(): JsonObject {
    const results = own(this.credential, 'clientExtensionResults');
    if (!isObject(results)) throw new Unreadable('response.client-extension-results');
    return results;
  }

  get framed(): boolean {
    return this.expected.crossOrigin ?? (this.expected.topOrigins ?? []).length > 0;
  }
}
