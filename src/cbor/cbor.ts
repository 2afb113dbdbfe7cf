/**
 * CTAP2 canonical CBOR: cbor-x does the encoding and decoding, this file ensures that only canonical bytes go
 * in and only canonical bytes come out. docs/decisions/001-cbor.md says why both are needed.
 */
import { cborX } from '#cbor-x';
import { compare, isBytes, utf8 } from '../base/bytes.ts';
import { assertCanonical, MAX_DEPTH } from './canonical.ts';
import { CborError } from './error.ts';

/** A map key: an integer or a text. */
export type CborKey = number | bigint | string;

/** What CTAP2's CBOR can hold. Integers beyond 32 bits are decoded as bigints. */
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

/** What cbor-x returns when asked not to allocate: its whole buffer, and where in it the result is. */
interface Written extends Uint8Array {
  readonly start: number;
  readonly end: number;
}

/** cbor-x's REUSE_BUFFER_MODE and RESET_BUFFER_MODE, which its types leave out: without them every 8 KiB written cost a new buffer. */
const IN_PLACE = 512 | 1024;

interface Coder {
  encode(value: CborValue, mode: number): Written;
  decode(bytes: Uint8Array): CborValue;
}

let made: Coder | undefined;

/** cbor-x, when it is needed first. */
function coder(): Coder {
  made ??= new (cborX().Encoder)({
    useRecords: false,
    mapsAsObjects: false,
    tagUint8Array: false,
  }) as unknown as Coder;
  return made;
}

/**
 * Encodes a value in CTAP2 canonical form. Keys are sorted here, so the caller's order does not matter.
 *
 * @returns new bytes, which share no memory
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
  return encodeBehind(0, value);
}

/** Encodes a value after `free` bytes that are left free, for a message that begins with something else. */
export function encodeBehind(free: number, value: CborValue): Uint8Array {
  // cbor-x writes into a buffer of its own, which it may use again at once: what we return is a copy.
  const { buffer, byteOffset, start, end } = coder().encode(prepare(value), IN_PLACE);
  const bytes = new Uint8Array(free + end - start);
  bytes.set(new Uint8Array(buffer, byteOffset + start, end - start), free);
  return bytes;
}

/**
 * Decodes exactly one item of CTAP2 canonical CBOR.
 *
 * @param maxDepth levels of arrays and maps allowed; CTAP2 messages have at most 4
 * @returns maps as `Map`; byte strings share the memory of `bytes`, so copy what is kept longer
 * @throws CborError for anything that is not canonical
 */
export function decodeCbor(bytes: Uint8Array, maxDepth: number = MAX_DEPTH): CborValue {
  assertCanonical(bytes, maxDepth);
  return decodeTrusted(bytes);
}

/** Decodes bytes that a strict pass has already seen, or that we wrote ourselves. */
export function decodeTrusted(bytes: Uint8Array): CborValue {
  return coder().decode(bytes);
}

/**
 * Makes a value that cbor-x writes canonically: keys in order, integers above 32 bits as bigints. A value that is
 * so already, as nearly all are, is returned unchanged.
 */
function prepare(value: CborValue): CborValue {
  switch (typeof value) {
    case 'number':
      return integer(value);
    case 'bigint':
      return bigInteger(value);
    case 'string':
      if (!value.isWellFormed()) throw new CborError('unsupported-value', 'a text has a lone surrogate');
      return value;
    case 'boolean':
      return value;
    case 'object':
      if (value === null || value instanceof Uint8Array) return value;
      // Bytes of another realm (jsdom has a Uint8Array of its own), which cbor-x would not know.
      if (isBytes(value)) return new Uint8Array(value);
      if (Array.isArray(value)) return prepareArray(value);
      if (value instanceof Map) return prepareMap(value);
  }
  throw new CborError('unsupported-value', `CTAP2's CBOR has no ${describe(value)}`);
}

function describe(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1).toLowerCase();
}

const LIMIT = 2 ** 32;

function integer(value: number): number | bigint {
  if (!Number.isSafeInteger(value)) {
    throw new CborError('unsupported-value', `expected a safe integer, got ${value}`);
  }
  if (value >= LIMIT || value < -LIMIT) return BigInt(value);
  return value;
}

function bigInteger(value: bigint): number | bigint {
  if (value < BigInt(LIMIT) && value >= -BigInt(LIMIT)) return Number(value);
  // cbor-x writes -2^64 as a bignum, a tag; the one integer CBOR could hold more is all that is lost.
  if (value < 2n ** 64n && value > -(2n ** 64n)) return value;
  throw new CborError('unsupported-value', `expected an integer of at most 64 bits, got ${value}`);
}

function prepareArray(array: readonly CborValue[]): readonly CborValue[] {
  for (let i = 0; i < array.length; i++) {
    if (prepare(array[i] as CborValue) !== array[i]) return array.map(prepare);
  }
  return array;
}

function prepareMap(map: CborMap): CborMap {
  let previous: CborKey | undefined;
  for (const [key, value] of map) {
    requireKey(key);
    const inOrder = previous === undefined || compareKeys(previous, key) < 0;
    if (!inOrder || prepare(key) !== key || prepare(value) !== value) return rebuild(map);
    previous = key;
  }
  return map;
}

function rebuild(map: CborMap): CborMap {
  const entries = [...map].sort(([a], [b]) => compareKeys(a, b));
  const result = new Map(entries.map(([key, value]) => [prepare(key) as CborKey, prepare(value)]));
  if (result.size === map.size) return result;
  throw new CborError('duplicate-key', 'a map has the same integer twice, as number and bigint');
}

/** Canonical order without encoding: unsigned, negative, text; then as the encoded bytes would compare. */
export function compareKeys(a: CborKey, b: CborKey): number {
  const kindA = kind(a);
  const kindB = kind(b);
  if (kindA !== kindB) return kindA - kindB;
  if (kindA === 2) return compareTexts(a as string, b as string);
  // (The same integer twice, as number and bigint, is refused by the check of the map's size.)
  return a < b === (kindA === 0) ? -1 : 1;
}

function kind(key: CborKey): 0 | 1 | 2 {
  if (typeof key === 'string') return 2;
  return key < 0 ? 1 : 0;
}

function requireKey(key: unknown): void {
  if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint')
    throw new CborError('key-type', `a map key must be an integer or a text, got ${describe(key)}`);
}

function compareTexts(a: string, b: string): number {
  if (isAscii(a) && isAscii(b)) return a.length - b.length || (a < b ? -1 : 1);
  return compare(utf8(a), utf8(b));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
