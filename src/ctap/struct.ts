/**
 * Describes CTAP's maps once and gets both directions from it: a table of members (name, key, type) reads a decoded
 * CBOR map into a plain object, with the status code the specification gives to what is missing or of the wrong type,
 * and writes the object back. Unknown members are ignored (CTAP 2.3 section 6). The same table reads and writes the bytes of messages
 * without a map between: what every ceremony does six times.
 */
import { isBytes } from '../base/bytes.ts';
import type { CborKey, CborMap, CborValue } from '../cbor/cbor.ts';
import { type CborReader, notPlain } from '../cbor/reader.ts';
import { CborWriter, MOST_MEMBERS } from '../cbor/writer.ts';
import { type CtapLevel, knows } from './level.ts';
import { CtapError, type CtapStatusName } from './status.ts';

/** One type of CBOR value: how to read it from the wire and how to write it. `path` names the place in messages. */
export interface Type<T> {
  /**
   * Reads it as it was decoded.
   *
   * @param level members of structs inside that this edition of CTAP does not know are not looked at
   * @throws CtapError CTAP2_ERR_CBOR_UNEXPECTED_TYPE that names the place
   */
  read(value: CborValue, path: string, level?: CtapLevel): T;
  /** Writes it, to be encoded. */
  write(value: T): CborValue;
  /** Reads it from bytes, if all of it is as it should be. @throws notPlain, CborError or CtapError: `read` then says what is wrong @internal */
  take(from: CborReader, level: CtapLevel): T;
  /** Writes it as bytes. @internal */
  put(to: CborWriter, value: T): void;
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
  /**
   * Reads a decoded map.
   *
   * @param level members that came later are not looked at
   * @throws CtapError that names the member: what is missing, or of the wrong type
   */
  read(value: CborValue, path: string, level?: CtapLevel): T;
  /** Writes a map, to be encoded. */
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

/** A type whose values are CBOR's own. */
function own<T extends CborValue>(
  read: Type<T>['read'],
  take: Type<T>['take'] = (from, level) => read(from.value(), '', level),
): Type<T> {
  return { read, take, write: (value) => value, put: (to, value) => to.value(value) };
}

function primitive<T extends CborValue>(
  expected: string,
  test: (value: CborValue) => value is T,
  take?: Type<T>['take'],
): Type<T> {
  return own((value, path) => {
    if (test(value)) return value;
    throw unexpected(path, expected, value);
  }, take);
}

/** A text string. */
export const text: Type<string> = primitive(
  'a text',
  (value) => typeof value === 'string',
  (from) => from.text(),
);

/** A boolean. */
export const bool: Type<boolean> = primitive(
  'a boolean',
  (value) => typeof value === 'boolean',
  (from) => from.boolean(),
);

/** An integer of either sign. */
export const int: Type<number> = primitive(
  'an integer',
  (value) => typeof value === 'number',
  (from) => from.integer(),
);

/** An unsigned integer that a number holds exactly. */
export const uint: Type<number> = primitive(
  'an unsigned integer',
  (value): value is number => typeof value === 'number' && value >= 0,
  (from) => from.unsigned(),
);

/** A text that is not empty. */
export const someText: Type<string> = own((value, path) => {
  const read = text.read(value, path);
  if (read !== '') return read;
  throw new CtapError('CTAP1_ERR_INVALID_LENGTH', `${path}: expected a text that is not empty`);
});

/** An unsigned integer within limits; one outside gives CTAP1_ERR_INVALID_PARAMETER. */
export function range(min: number, max: number = Number.MAX_SAFE_INTEGER): Type<number> {
  return own((value, path) => {
    const number = uint.read(value, path);
    if (number < min || number > max) {
      const expected = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
      throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', `${path}: expected ${expected}, got ${number}`);
    }
    return number;
  });
}

/** An unsigned integer of up to 64 bits. */
export const uint64: Type<number | bigint> = primitive(
  'an unsigned integer',
  (value): value is number | bigint => (typeof value === 'number' || typeof value === 'bigint') && value >= 0,
);

/** Any map, unread. */
export const map: Type<CborMap> = primitive('a map', (value) => value instanceof Map);

/** Any value, unread. */
export const anything: Type<CborValue> = own((value) => value);

/** A byte string; a length outside min..max gives `status`. The bytes read alias the message. */
export function bytes(
  min = 0,
  max: number = Number.POSITIVE_INFINITY,
  status: CtapStatusName = 'CTAP1_ERR_INVALID_LENGTH',
): Type<Uint8Array> {
  return own(
    (value, path) => {
      if (!isBytes(value)) throw unexpected(path, 'a byte string', value);
      if (value.length < min || value.length > max) {
        const expected =
          min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
        throw new CtapError(status, `${path}: expected ${expected} bytes, got ${value.length}`);
      }
      return value;
    },
    (from) => {
      const value = from.bytes();
      if (value.length < min || value.length > max) throw notPlain;
      return value;
    },
  );
}

/** An array of one type. */
export function array<T>(of: Type<T>): Type<readonly T[]> {
  return {
    read(value, path, level) {
      if (!Array.isArray(value)) throw unexpected(path, 'an array', value);
      return value.map((element, index) => of.read(element, `${path}[${index}]`, level));
    },
    write: (value) => value.map((element) => of.write(element)),
    take(from, level) {
      const elements: T[] = [];
      for (let left = from.openArray(); left > 0; left--) elements.push(of.take(from, level));
      from.close();
      return elements;
    },
    put(to, value) {
      if (!Array.isArray(value)) return to.value(value as never);
      to.array(value.length);
      for (const element of value) of.put(to, element);
    },
  };
}

/** A map from texts to one type, such as options or extensions. */
export function record<T>(of: Type<T>): Type<ReadonlyMap<string, T>> {
  const type: Type<ReadonlyMap<string, T>> = {
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
    take: (from) => type.read(from.value(), ''),
    put: (to, value) => to.value(type.write(value)),
  };
  return type;
}

/** A member as its struct has it. */
interface Row extends Member<unknown> {
  readonly property: string;
  readonly path: string;
  readonly since: CtapLevel;
}

/**
 * A map with the given members. Members are read in the order of the table, so the first error is the first member's.
 *
 * @param members makes their table, for the first message
 */
export function struct<T extends object>(name: string, members: () => Members<T>): Struct<T> {
  const rows = new Rows(name, members);
  const type: Struct<T> = {
    get members() {
      return rows.table.map(({ property, key, since }) => ({
        name: property as keyof T & string,
        key,
        since,
      }));
    },
    upTo(level, value) {
      const later = rows.table.filter(
        ({ property, since }) => value[property as keyof T] !== undefined && !knows(level, since),
      );
      if (later.length === 0) return value;
      const result = { ...value };
      for (const { property } of later) delete result[property as keyof T];
      return result;
    },
    read(value, path, level = '2.3') {
      if (!(value instanceof Map)) throw unexpected(path === '' ? name : path, 'a map', value);
      const result: Record<string, unknown> = {};
      for (const member of rows.table) {
        if (!isKnown(member, level)) continue;
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
      for (const member of rows.table) {
        const property = (value as Record<string, unknown>)[member.property];
        if (property !== undefined) result.set(member.key, member.type.write(property));
      }
      return result;
    },
    take(from, level) {
      const known = rows.upTo(level);
      const result: Record<string, unknown> = {};
      let next = 0;
      for (let left = from.openMap(); left > 0; left--) {
        // What is passed over is not there.
        let row = known[next++];
        while (row !== undefined && !from.passes(row.encodedKey)) {
          if (row.required === true) throw notPlain;
          row = known[next++];
        }
        if (row === undefined) throw notPlain;
        result[row.property] = row.type.take(from, level);
      }
      from.close();
      for (; next < known.length; next++) if (known[next]?.required === true) throw notPlain;
      return result as T;
    },
    put(to, value) {
      if (rows.table.length > MOST_MEMBERS) return to.value(type.write(value));
      let count = 0;
      const place = to.openMap();
      for (const row of rows.inOrder) {
        const property = (value as Record<string, unknown>)[row.property];
        if (property === undefined) continue;
        to.encoded(row.encodedKey);
        row.type.put(to, property);
        count++;
      }
      to.closeMap(place, count);
    },
  };
  return type;
}

/** Whether an edition knows a member. */
function isKnown({ since, until }: Row, level: CtapLevel): boolean {
  if (level !== '2.3' && !knows(level, since)) return false;
  return until === undefined || until === level || !knows(level, until);
}

interface EncodedRow extends Row {
  readonly encodedKey: Uint8Array;
}

/** The members of a struct: in the order of their table, and in the order in which they are encoded. */
class Rows {
  readonly #name: string;
  readonly #members: () => object;
  #table: readonly Row[] | undefined;
  #inOrder: readonly EncodedRow[] | undefined;
  readonly #byLevel = new Map<CtapLevel, readonly EncodedRow[]>();

  constructor(name: string, members: () => object) {
    this.#name = name;
    this.#members = members;
  }

  get table(): readonly Row[] {
    this.#table ??= Object.entries(this.#members() as Record<string, Member<unknown>>).map(
      ([property, member]) => ({
        property,
        path: `${this.#name}.${property}`,
        since: '2.0',
        ...member,
      }),
    );
    return this.#table;
  }

  get inOrder(): readonly EncodedRow[] {
    this.#inOrder ??= this.table
      .map((row) => ({ ...row, encodedKey: CborWriter.written((to) => to.value(row.key)) }))
      .sort((a, b) => compareKeys(a.encodedKey, b.encodedKey));
    return this.#inOrder;
  }

  /** Those that an edition knows. */
  upTo(level: CtapLevel): readonly EncodedRow[] {
    let rows = this.#byLevel.get(level);
    if (rows === undefined) {
      rows = this.inOrder.filter((row) => isKnown(row, level));
      this.#byLevel.set(level, rows);
    }
    return rows;
  }
}

/** Canonical order: the first byte has the type and the length. */
function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const differs = a.findIndex((byte, i) => byte !== b[i]);
  return (a[differs] ?? 0) - (b[differs] ?? 0);
}
