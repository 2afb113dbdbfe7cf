/** Reads an object from anywhere, member by member, and remembers which were read. */
import { base64url, fromBase64, fromBase64url } from '../base/base64url.ts';
import { malformed, type PortableWarning } from './warning.ts';

/** How bytes are spelled: base64 with padding, or base64url without. */
export type Spelling = 'base64' | 'base64url';

export class Members {
  readonly #format: string;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();
  readonly #spelling: Spelling;
  readonly #path: string;

  /** @throws StuntkeyError `bad-credential` for another value than an object */
  constructor(format: string, value: unknown, spelling: Spelling = 'base64url', path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw malformed(format, path === '' ? 'credential' : path.slice(0, -1), 'an object', value);
    this.#format = format;
    this.#object = value as Readonly<Record<string, unknown>>;
    this.#spelling = spelling;
    this.#path = path;
  }

  /** The value as it is; inherited members do not count. Some formats write null for an absent value. */
  #take(name: string): unknown {
    this.#read.add(name);
    return Object.hasOwn(this.#object, name) ? (this.#object[name] ?? undefined) : undefined;
  }

  fail(name: string, expected: string): Error {
    return malformed(this.#format, this.#path + name, expected, this.#take(name));
  }

  #some<T>(name: string, value: T | undefined, expected: string): T {
    if (value === undefined) throw this.fail(name, expected);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#take(name);
    if (value !== undefined && typeof value !== 'string') throw this.fail(name, 'a text');
    return value;
  }

  text(name: string): string {
    return this.#some(name, this.optionalText(name) || undefined, 'a text that is not empty');
  }

  optionalBytes(name: string): Uint8Array | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    try {
      return this.#spelling === 'base64' ? fromBase64(text) : fromBase64url(text);
    } catch {}
    throw this.fail(name, this.#spelling === 'base64' ? 'base64 with padding' : 'base64url without padding');
  }

  bytes(name: string, least = 0, most: number = Number.POSITIVE_INFINITY): Uint8Array {
    return this.#within(name, this.#some(name, this.optionalBytes(name), 'bytes'), least, most);
  }

  /** As {@link bytes}; none when absent or empty. */
  someBytes(name: string, most: number): Uint8Array | undefined {
    const bytes = this.optionalBytes(name);
    return bytes === undefined || bytes.length === 0 ? undefined : this.#within(name, bytes, 1, most);
  }

  #within(name: string, bytes: Uint8Array, least: number, most: number): Uint8Array {
    if (bytes.length >= least && bytes.length <= most) return bytes;
    throw this.fail(name, `${least} to ${most} bytes`);
  }

  flag(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value !== undefined && typeof value !== 'boolean') throw this.fail(name, 'true or false');
    return value;
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.fail(name, `an integer from ${least} to ${most}`);
  }

  /** An object inside. */
  object(name: string): Members | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    return new Members(this.#format, value, this.#spelling, `${this.#path}${name}.`);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  /** A warning for each member that was not read. */
  unread(id: Uint8Array): PortableWarning[] {
    return Object.keys(this.#object)
      .filter((name) => !this.#read.has(name))
      .map((name) => ({
        code: 'ignored',
        format: this.#format,
        id: base64url(id),
        member: this.#path + name,
        message: `${this.#format}: ${this.#path}${name} is no member of a credential here; it is left out`,
      }));
  }
}
