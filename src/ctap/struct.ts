/**
 * Describes CTAP's maps once and gets both directions from it: a table of members (name, key, type) reads a decoded
 * CBOR map into a plain object, with the status code the specification gives to what is missing or of the wrong type,
 * and writes the object back. Unknown members are ignored (CTAP 2.3 section 6).
 */
import { isBytes } from '../base/bytes.ts';
import type { CborKey, CborMap, CborValue } from '../cbor/cbor.ts';
import { type CtapLevel, knows } from './level.ts';
import { CtapError, type CtapStatusName } from './status.ts';

/** One type of CBOR value: how to read it from the wire and how to write it. `path` names the place in messages. */
export interface Type<T> {
  /** @param level members of structs inside that this edition of CTAP does not know are not looked at */
  read(value: CborValue, path: string, level?: CtapLevel): T;
  write(value: T): CborValue;
}

/** A member of a struct: its key on the wire, its type, and whether it may be absent. */
interface Member<T> {
  readonly key: CborKey;
  readonly type: Type<T>;
  readonly required?: boolean;
  /** Status for its absence, where the specification names another than CTAP2_ERR_MISSING_PARAMETER. */
  readonly missing?: CtapStatusName;
  /** The edition of CTAP it came with; 2.0 when absent. To older ones it is an unknown member. */
  readonly since?: CtapLevel;
  /** The last edition of CTAP that has it. To newer ones it is an unknown member. Default: it is still there. */
  readonly until?: CtapLevel;
}

/** The members of T: exactly its properties, each with its wire key. */
export type Members<T> = { readonly [Name in keyof T]-?: Member<Exclude<T[Name], undefined>> };

/** What a table of members says of one. */
export interface MemberDescription<T> {
  readonly name: keyof T & string;
  readonly key: CborKey;
  readonly since: CtapLevel;
}

/** A struct is a type whose wire form is a map. */
export interface Struct<T> extends Type<T> {
  readonly members: readonly MemberDescription<T>[];
  /** @param level members that came later are not looked at */
  read(value: CborValue, path: string, level?: CtapLevel): T;
  write(value: T): CborMap;
  /** The same without the members that came after a level. */
  upTo(level: CtapLevel, value: T): T;
}

function unexpected(path: string, expected: string, value: CborValue | undefined): CtapError {
  return new CtapError(
    'CTAP2_ERR_CBOR_UNEXPECTED_TYPE',
    `${path}: expected ${expected}, got ${kindOf(value)}`,
  );
}

function kindOf(value: CborValue | undefined): string {
  if (value === null) return 'null';
  if (isBytes(value)) return 'a byte string';
  if (value instanceof Map) return 'a map';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'boolean' ? 'a boolean' : typeof value === 'string' ? 'a text' : 'an integer';
}

function primitive<T extends CborValue>(expected: string, test: (value: CborValue) => value is T): Type<T> {
  return {
    read(value, path) {
      if (test(value)) return value;
      throw unexpected(path, expected, value);
    },
    write: (value) => value,
  };
}

/** A text string. */
export const text: Type<string> = primitive('a text', (value) => typeof value === 'string');

/** A boolean. */
export const bool: Type<boolean> = primitive('a boolean', (value) => typeof value === 'boolean');

/** An integer of either sign. */
export const int: Type<number> = primitive('an integer', (value) => typeof value === 'number');

/** An unsigned integer that a number holds exactly. */
export const uint: Type<number> = primitive(
  'an unsigned integer',
  (value): value is number => typeof value === 'number' && value >= 0,
);

/** An unsigned integer within limits; one outside gives CTAP1_ERR_INVALID_PARAMETER. */
export function range(min: number, max: number = Number.MAX_SAFE_INTEGER): Type<number> {
  return {
    read(value, path) {
      const number = uint.read(value, path);
      if (number < min || number > max) {
        const expected = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
        throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', `${path}: expected ${expected}, got ${number}`);
      }
      return number;
    },
    write: (value) => value,
  };
}

/** An unsigned integer of up to 64 bits. */
export const uint64: Type<number | bigint> = primitive(
  'an unsigned integer',
  (value): value is number | bigint => (typeof value === 'number' || typeof value === 'bigint') && value >= 0,
);

/** Any map, unread. */
export const map: Type<CborMap> = primitive('a map', (value) => value instanceof Map);

/** Any value, unread. */
export const anything: Type<CborValue> = { read: (value) => value, write: (value) => value };

/** A byte string; a length outside min..max gives `status`. The bytes read alias the message. */
export function bytes(
  min = 0,
  max: number = Number.POSITIVE_INFINITY,
  status: CtapStatusName = 'CTAP1_ERR_INVALID_LENGTH',
): Type<Uint8Array> {
  return {
    read(value, path) {
      if (!isBytes(value)) throw unexpected(path, 'a byte string', value);
      if (value.length < min || value.length > max) {
        const expected =
          min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
        throw new CtapError(status, `${path}: expected ${expected} bytes, got ${value.length}`);
      }
      return value;
    },
    write: (value) => value,
  };
}

/** An array of one type. */
export function array<T>(of: Type<T>): Type<readonly T[]> {
  return {
    read(value, path, level) {
      if (!Array.isArray(value)) throw unexpected(path, 'an array', value);
      return value.map((element, index) => of.read(element, `${path}[${index}]`, level));
    },
    write: (value) => value.map((element) => of.write(element)),
  };
}

/** A map from texts to one type, such as options or extensions. */
export function record<T>(of: Type<T>): Type<ReadonlyMap<string, T>> {
  return {
    read(value, path) {
      if (!(value instanceof Map)) throw unexpected(path, 'a map', value);
      const entries = new Map<string, T>();
      for (const [key, entry] of value) {
        if (typeof key !== 'string') throw unexpected(`${path} key`, 'a text', key as CborValue);
        entries.set(key, of.read(entry, `${path}.${key}`));
      }
      return entries;
    },
    write(value) {
      const entries = new Map<string, CborValue>();
      for (const [key, entry] of value) entries.set(key, of.write(entry));
      return entries;
    },
  };
}

/** A map with the given members. Members are read in the order of the table, so the first error is the first member's. */
export function struct<T extends object>(name: string, members: Members<T>): Struct<T> {
  const table = (Object.entries(members) as [keyof T & string, Member<unknown>][]).map(
    ([property, member]) => ({ property, path: `${name}.${property}`, since: '2.0' as CtapLevel, ...member }),
  );
  return {
    members: table.map(({ property, key, since }) => ({ name: property, key, since })),
    upTo(level, value) {
      const later = table.filter(
        ({ property, since }) => value[property] !== undefined && !knows(level, since),
      );
      if (later.length === 0) return value;
      const result = { ...value };
      for (const { property } of later) delete result[property];
      return result;
    },
    read(value, path, level = '2.3') {
      if (!(value instanceof Map)) throw unexpected(path === '' ? name : path, 'a map', value);
      const result: Record<string, unknown> = {};
      for (const member of table) {
        if (level !== '2.3' && !knows(level, member.since)) continue;
        if (member.until !== undefined && member.until !== level && knows(level, member.until)) continue;
        const found: CborValue | undefined = value.get(member.key);
        const where = path === '' ? member.path : `${path}.${member.property}`;
        if (found !== undefined) result[member.property] = member.type.read(found, where, level);
        else if (member.required === true) {
          throw new CtapError(member.missing ?? 'CTAP2_ERR_MISSING_PARAMETER', `${where} is missing`);
        }
      }
      return result as T;
    },
    write(value) {
      const result = new Map<CborKey, CborValue>();
      for (const member of table) {
        const property = (value as Record<string, unknown>)[member.property];
        if (property !== undefined) result.set(member.key, member.type.write(property));
      }
      return result;
    },
  };
}
