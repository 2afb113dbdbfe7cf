/**
 * CTAP2 canonical CBOR: cbor-x does the encoding and decoding, this file sees to it that only canonical bytes go
 * in and only canonical bytes come out. docs/decisions/001-cbor.md says why both are needed.
 */
import { Encoder } from 'cbor-x/encode';
import { compare, utf8 } from './bytes.ts';
import { assertCanonical, MAX_DEPTH } from './canonical.ts';
import { CborError } from './error.ts';

/** A map key: an integer or a text. */
export type CborKey = number | bigint | string;

/** What CTAP2's CBOR can hold. Integers beyond ±(2^53 - 1) are bigints. */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | CborMap;

/** A CBOR map. Encoding sorts the keys; decoding keeps the (canonical) order found. */
export type CborMap = ReadonlyMap<CborKey, CborValue>;

const coder: Encoder = new Encoder({
  useRecords: false,
  mapsAsObjects: false,
  variableMapSize: true,
  tagUint8Array: false,
});

/**
 * Encodes a value in CTAP2 canonical form. Keys are sorted here, so the caller's order does not matter.
 *
 * @returns bytes of their own, sharing memory with nothing
 * @throws CborError `unsupported-value` for floats, undefined, lone surrogates, integers beyond 64 bits; `duplicate-key`
 *
 * @example
 * ```ts
 * import { encodeCbor, hex } from 'stuntkey/codec';
 * hex(encodeCbor(new Map([['type', 'public-key'], ['id', new Uint8Array([7])]])));
 * // a262696441076474797065 6a7075626c69632d6b6579
 * ```
 */
export function encodeCbor(value: CborValue): Uint8Array {
  return new Uint8Array(coder.encode(prepare(value)));
}

/**
 * Decodes exactly one item of CTAP2 canonical CBOR.
 *
 * @param maxDepth levels of arrays and maps allowed; CTAP2 messages have at most 4
 * @returns maps as `Map`; byte strings alias `bytes`, so copy what outlives it
 * @throws CborError for whatever is not canonical
 */
export function decodeCbor(bytes: Uint8Array, maxDepth: number = MAX_DEPTH): CborValue {
  assertCanonical(bytes, maxDepth);
  return decodeTrusted(bytes);
}

/** Decodes bytes that a strict pass has already seen, or that we wrote ourselves. */
export function decodeTrusted(bytes: Uint8Array): CborValue {
  return coder.decode(bytes) as CborValue;
}

/** Brings a value into what cbor-x writes canonically: keys in order, integers above 32 bits as bigints. */
function prepare(value: CborValue): unknown {
  switch (typeof value) {
    case 'number':
      return integer(value);
    case 'bigint':
      return bigInteger(value);
    case 'string':
      return text(value);
    case 'boolean':
      return value;
    case 'object':
      if (value === null || value instanceof Uint8Array) return value;
      if (Array.isArray(value)) return value.map(prepare);
      if (value instanceof Map) return sorted(value);
  }
  throw new CborError('unsupported-value', `CTAP2's CBOR has no ${describe(value)}`);
}

function describe(value: unknown): string {
  return value === undefined ? 'undefined' : Object.prototype.toString.call(value).slice(8, -1).toLowerCase();
}

const LIMIT = 2 ** 32;

function integer(value: number): number | bigint {
  if (!Number.isSafeInteger(value)) {
    throw new CborError('unsupported-value', `expected a safe integer, got ${value}`);
  }
  if (value >= LIMIT || value < -LIMIT) return BigInt(value);
  return value === 0 ? 0 : value;
}

function bigInteger(value: bigint): number | bigint {
  if (value >= BigInt(LIMIT) || value < -BigInt(LIMIT)) {
    // cbor-x writes -2^64 as a bignum, a tag; one bit less than CBOR could hold is all that is lost.
    if (value >= 2n ** 64n || value <= -(2n ** 64n)) {
      throw new CborError('unsupported-value', `expected an integer of at most 64 bits, got ${value}`);
    }
    return value;
  }
  return Number(value);
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new CborError('unsupported-value', 'a text has a lone surrogate');
  return value;
}

function sorted(map: CborMap): Map<unknown, unknown> {
  let previous: CborKey | undefined;
  let inOrder = true;
  for (const key of map.keys()) {
    if (previous !== undefined && compareKeys(previous, key) >= 0) {
      inOrder = false;
      break;
    }
    previous = key;
  }
  const entries = inOrder ? map : [...map].sort(([a], [b]) => compareKeys(a, b));
  const result = new Map<unknown, unknown>();
  for (const [key, value] of entries) result.set(prepare(key), prepare(value));
  if (result.size !== map.size)
    throw new CborError('duplicate-key', 'a map has the same integer twice, as number and bigint');
  return result;
}

/** Canonical order without encoding: unsigned, negative, text; then as the encoded bytes would compare. */
function compareKeys(a: CborKey, b: CborKey): number {
  const kindA = kind(a);
  const kindB = kind(b);
  if (kindA !== kindB) return kindA - kindB;
  if (kindA === 0) return a < b ? -1 : a > b ? 1 : 0;
  if (kindA === 1) return a > b ? -1 : a < b ? 1 : 0;
  return compareTexts(a as string, b as string);
}

function kind(key: CborKey): 0 | 1 | 2 {
  if (typeof key === 'string') return 2;
  if (typeof key === 'number' || typeof key === 'bigint') return key < 0 ? 1 : 0;
  throw new CborError('key-type', `a map key must be an integer or a text, got ${describe(key)}`);
}

function compareTexts(a: string, b: string): number {
  if (isAscii(a) && isAscii(b)) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  return compare(utf8(a), utf8(b));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
