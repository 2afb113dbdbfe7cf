/**
 * Conversions from JavaScript values to Web IDL's types (https://webidl.spec.whatwg.org/#js-type-mapping), as far as WebAuthn's
 * dictionaries need them. `place` names the member in messages; what does not convert is a TypeError of the page's. All doors
 * convert with these, a page's own script among them: hence base/primordials.ts.
 */
import {
  append,
  apply,
  define,
  getOwnPropertyDescriptor,
  ITERATOR,
  isArray,
  own,
  ownKeys,
  sortedKeys,
  toWellFormed,
} from '../base/primordials.ts';
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
  if (value === null || value === undefined) return `${value}`;
  if (isArray(value)) return 'an array';
  const type = typeof value;
  return type === 'object' ? 'an object' : `a ${type}`;
}

export const boolean: IdlType<boolean> = (value) => !!value;

export const domString: IdlType<string> = (value, place, realm) => {
  if (typeof value === 'symbol') throw unexpected(realm, place, 'a string', value);
  return `${value}`;
};

export const usvString: IdlType<string> = (value, place, realm) =>
  toWellFormed(domString(value, place, realm));

function integer(value: unknown, place: string, realm: Realm): number {
  if (typeof value === 'symbol' || typeof value === 'bigint')
    throw unexpected(realm, place, 'a number', value);
  return +(value as number);
}

/** Any number modulo 2^32. */
export const unsignedLong: IdlType<number> = (value, place, realm) => integer(value, place, realm) >>> 0;

/** Any number modulo 2^32, signed. */
export const long: IdlType<number> = (value, place, realm) => integer(value, place, realm) | 0;

/** One of some texts. */
export function enumeration(...values: readonly string[]): IdlType<string> {
  const allowed = values.join(', ');
  return (value, place, realm) => {
    const text = domString(value, place, realm);
    for (let i = 0; i < values.length; i++) if (values[i] === text) return text;
    throw new realm.TypeError(`${place}: expected one of ${allowed}, got "${text}".`);
  };
}

/** The longest sequence that is taken. Web IDL has no limit, and some iterators no end. */
const MOST_ELEMENTS = 1 << 16;

/** Anything that can be iterated over (https://webidl.spec.whatwg.org/#js-sequence). */
export function sequence<T>(of: IdlType<T>): IdlType<T[]> {
  return (value, place, realm) => {
    const elements = realm.list<T>();
    const add = (element: unknown): void => {
      if (elements.length === MOST_ELEMENTS)
        throw new realm.TypeError(`${place}: expected at most ${MOST_ELEMENTS} elements, got more.`);
      realm.append(elements, of(element, `${place}[${elements.length}]`, realm));
    };
    // As in browsers, an array is its elements, whatever has become of its iterator.
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) add(value[i]);
      return elements;
    }
    const method = isObject(value) ? (value as Iterable<unknown>)[ITERATOR] : undefined;
    if (typeof method !== 'function') throw unexpected(realm, place, 'a sequence', value);
    const iterator = apply(method, value, []) as { next?: unknown };
    const next = isObject(iterator) ? iterator.next : undefined;
    if (typeof next !== 'function') throw unexpected(realm, place, 'a sequence', value);
    for (;;) {
      const step = apply(next, iterator, []) as { done?: unknown; value?: unknown };
      if (!isObject(step)) throw unexpected(realm, place, 'a sequence', value);
      if (step.done) return elements;
      add(step.value);
    }
  };
}

/** An object's own enumerable members, whatever their names (https://webidl.spec.whatwg.org/#js-record). */
export function record<T>(of: IdlType<T>): IdlType<Record<string, T>> {
  return (value, place, realm) => {
    if (!isObject(value)) throw unexpected(realm, place, 'an object', value);
    const result = realm.object() as Record<string, T>;
    const keys = ownKeys(value as object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      const descriptor = getOwnPropertyDescriptor(value as object, key);
      if (descriptor === undefined || own(descriptor, 'enumerable') !== true) continue;
      const name = domString(key, place, realm);
      define(result, name, of((value as Record<string, unknown>)[name], `${place}.${name}`, realm));
    }
    return result;
  };
}

/**
 * An object with these members; others are ignored. Undefined and null count as an empty one.
 *
 * @param inherited members of the dictionary that it is derived from: they come first
 */
export function dictionary(members: Members, inherited: Members = {}): IdlType<Record<string, unknown>> {
  // Made when it is needed: most documents convert nothing.
  let made: NamedMember[] | undefined;
  return (value, place, realm) => {
    made ??= tableOf(inherited, members);
    const table = made;
    const absent = value === undefined || value === null;
    if (!absent && !isObject(value)) throw unexpected(realm, place || 'options', 'an object', value);
    const result = realm.object();
    for (let i = 0; i < table.length; i++) {
      const { name, type, required, fallback } = table[i] as NamedMember;
      const given = absent ? undefined : (value as Record<string, unknown>)[name];
      const where = place === '' ? name : `${place}.${name}`;
      if (given !== undefined) define(result, name, type(given, where, realm));
      else if (required) throw new realm.TypeError(`The member ${where} is required.`);
      else if (fallback !== undefined) define(result, name, fallback(realm));
    }
    return result;
  };
}

interface NamedMember {
  readonly name: string;
  readonly type: IdlType;
  readonly required: boolean;
  readonly fallback: Member['fallback'] | undefined;
}

/** A type that is made when it is needed. */
export function late<T>(make: () => IdlType<T>): IdlType<T> {
  let made: IdlType<T> | undefined;
  return (value, place, realm) => {
    made ??= make();
    return made(value, place, realm);
  };
}

function tableOf(inherited: Members, members: Members): NamedMember[] {
  const table: NamedMember[] = [];
  addInOrder(table, inherited);
  addInOrder(table, members);
  return table;
}

function addInOrder(table: NamedMember[], members: Members): void {
  const names = sortedKeys(members);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const member = members[name] as IdlType | Member;
    if (typeof member === 'function')
      append(table, { name, type: member, required: false, fallback: undefined });
    else {
      const { type } = member;
      const fallback = own(member, 'fallback') as NamedMember['fallback'];
      append(table, { name, type, required: own(member, 'required') === true, fallback });
    }
  }
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
export const empty = (realm: Realm): unknown[] => realm.list();

/** Any value at all, as it is. */
export const any: IdlType = (value) => value;

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
