/**
 * Conversions from JavaScript values to Web IDL's types (https://webidl.spec.whatwg.org/#js-type-mapping), as far as WebAuthn's
 * dictionaries need them. `place` names the member in messages; what does not convert is a TypeError of the page's.
 */
import type { Realm } from './realm.ts';

/** One type of Web IDL's. */
export type IdlType<T = unknown> = (value: unknown, place: string, realm: Realm) => T;

/** A member of a dictionary. Without `required` and `fallback` it stays away when it is undefined. */
interface Member {
  readonly type: IdlType;
  readonly required?: true;
  /** Makes the default value. */
  readonly fallback?: (realm: Realm) => unknown;
}

/** The members of a dictionary by name. They are read in lexicographical order, as Web IDL wants it. */
export type Members = Readonly<Record<string, IdlType | Member>>;

/** What does not convert. */
export function unexpected(realm: Realm, place: string, expected: string, value: unknown): TypeError {
  return new realm.TypeError(`${place}: expected ${expected}, got ${kindOf(value)}.`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  const type = typeof value;
  return type === 'object' ? 'an object' : `a ${type}`;
}

export const boolean: IdlType<boolean> = (value) => Boolean(value);

export const domString: IdlType<string> = (value, place, realm) => {
  if (typeof value === 'symbol') throw unexpected(realm, place, 'a string', value);
  return String(value);
};

export const usvString: IdlType<string> = (value, place, realm) =>
  domString(value, place, realm).toWellFormed();

function integer(value: unknown, place: string, realm: Realm): number {
  if (typeof value === 'symbol' || typeof value === 'bigint')
    throw unexpected(realm, place, 'a number', value);
  return Number(value);
}

/** Any number modulo 2^32. */
export const unsignedLong: IdlType<number> = (value, place, realm) => integer(value, place, realm) >>> 0;

/** Any number modulo 2^32, signed. */
export const long: IdlType<number> = (value, place, realm) => integer(value, place, realm) | 0;

/** One of some texts. */
export function enumeration(...values: readonly string[]): IdlType<string> {
  return (value, place, realm) => {
    const text = domString(value, place, realm);
    if (values.includes(text)) return text;
    throw new realm.TypeError(`${place}: expected one of ${values.join(', ')}, got ${JSON.stringify(text)}.`);
  };
}

/** Anything that can be iterated over. */
export function sequence<T>(of: IdlType<T>): IdlType<T[]> {
  return (value, place, realm) => {
    const iterable = isObject(value) && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
    if (!iterable) throw unexpected(realm, place, 'a sequence', value);
    const elements = new realm.Array<T>();
    for (const element of value as Iterable<unknown>)
      elements.push(of(element, `${place}[${elements.length}]`, realm));
    return elements;
  };
}

/** An object's own enumerable members, whatever their names. */
export function record<T>(of: IdlType<T>): IdlType<Record<string, T>> {
  return (value, place, realm) => {
    if (!isObject(value)) throw unexpected(realm, place, 'an object', value);
    const result = new realm.Object() as Record<string, T>;
    for (const [key, entry] of Object.entries(value as object))
      define(result, key, of(entry, `${place}.${key}`, realm));
    return result;
  };
}

/**
 * An object with these members; others are ignored. Undefined and null count as an empty one.
 *
 * @param inherited members of the dictionary that it is derived from: they come first
 */
export function dictionary(members: Members, inherited: Members = {}): IdlType<Record<string, unknown>> {
  const table = [...inOrder(inherited), ...inOrder(members)];
  return (value, place, realm) => {
    if (value !== undefined && value !== null && !isObject(value))
      throw unexpected(realm, place, 'an object', value);
    const result = new realm.Object() as Record<string, unknown>;
    for (const [name, { type, required, fallback }] of table) {
      const given = (value as Record<string, unknown> | null | undefined)?.[name];
      const where = place === '' ? name : `${place}.${name}`;
      if (given !== undefined) result[name] = type(given, where, realm);
      else if (required) throw new realm.TypeError(`${where} is required.`);
      else if (fallback !== undefined) result[name] = fallback(realm);
    }
    return result;
  };
}

function inOrder(members: Members): [string, Member][] {
  return Object.entries(members)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, typeof member === 'function' ? { type: member } : member]);
}

/** A member that must be there. */
export function required(type: IdlType): Member {
  return { type, required: true };
}

/** A member with a default. */
export function defaulting(type: IdlType, fallback: (realm: Realm) => unknown): Member {
  return { type, fallback };
}

/** The default of sequences. */
export const empty = (realm: Realm): unknown[] => new realm.Array();

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Sets a member even if it is called `__proto__`. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
