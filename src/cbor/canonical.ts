/**
 * The strict pass: reads CBOR without building anything and refuses what is not in CTAP2 canonical form
 * (https://fidoalliance.org/specs/fido-v2.1-ps-20210615/fido-client-to-authenticator-protocol-v2.1-ps-errata-20220621.html#ctap2-canonical-cbor-encoding-form):
 * definite lengths, shortest heads, no tags, no floats, keys that are integers or texts, sorted by major type, then
 * length, then bytes, each once; a limit on levels of arrays and maps; valid UTF-8; nothing after the end.
 * It reads each byte once and never allocates more than the input's length, whatever lengths the input declares.
 */
import { CborError } from './error.ts';

/** How many levels of arrays and maps a CTAP2 message may have. */
export const MAX_DEPTH = 4;

const utf8 = new TextDecoder('utf-8', { fatal: true });

interface Cursor {
  readonly bytes: Uint8Array;
  offset: number;
  readonly maxDepth: number;
}

/**
 * Checks that the bytes are exactly one CBOR item in CTAP2 canonical form.
 *
 * @param maxDepth levels of nested arrays and maps, the outermost included
 * @throws CborError naming the first rule broken and where
 */
export function assertCanonical(bytes: Uint8Array, maxDepth: number = MAX_DEPTH): void {
  const cursor: Cursor = { bytes, offset: 0, maxDepth };
  item(cursor, 0);
  if (cursor.offset !== bytes.length) {
    throw new CborError(
      'trailing-bytes',
      `expected the end after one item, got ${bytes.length - cursor.offset} more bytes`,
      cursor.offset,
    );
  }
}

/**
 * Finds where the first CBOR item ends, when other bytes follow it (as a COSE key in authenticator data is followed
 * by the extensions). The item itself must be canonical.
 *
 * @returns the offset just after the item
 * @throws CborError as {@link assertCanonical}, but never for trailing bytes
 */
export function endOfItem(bytes: Uint8Array, start: number, maxDepth: number = MAX_DEPTH): number {
  const cursor: Cursor = { bytes, offset: start, maxDepth };
  item(cursor, 0);
  return cursor.offset;
}

function item(cursor: Cursor, depth: number): void {
  const start = cursor.offset;
  const initial = cursor.bytes[start];
  if (initial === undefined) throw new CborError('truncated', 'expected an item, got the end', start);
  const major = initial >> 5;
  if (major === 6) throw new CborError('tag', 'tags are not allowed', start);
  if (major === 7) {
    simple(cursor, initial);
    return;
  }
  const argument = head(cursor, initial);
  switch (major) {
    case 2:
      skip(cursor, argument);
      return;
    case 3: {
      const from = cursor.offset;
      skip(cursor, argument);
      text(cursor.bytes, from, cursor.offset);
      return;
    }
    case 4:
      open(cursor, depth, argument, start);
      for (let i = 0; i < argument; i++) item(cursor, depth + 1);
      return;
    case 5:
      open(cursor, depth, argument * 2, start);
      pairs(cursor, argument, depth + 1);
      return;
  }
}

/** Reads an initial byte and the argument after it. Arguments above 2^53 lose precision, but only integers have those. */
function head(cursor: Cursor, initial: number): number {
  const at = cursor.offset;
  const info = initial & 0x1f;
  cursor.offset = at + 1;
  if (info < 24) return info;
  if (info === 31) throw new CborError('indefinite-length', 'indefinite lengths are not allowed', at);
  if (info > 27) throw new CborError('reserved', `additional information ${info} is reserved`, at);
  const size = 1 << (info - 24);
  if (cursor.offset + size > cursor.bytes.length)
    throw new CborError('truncated', 'the head of an item is cut off', at);
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (cursor.bytes[cursor.offset + i] as number);
  cursor.offset += size;
  const least = size === 1 ? 24 : size === 2 ? 0x100 : size === 4 ? 0x1_0000 : 0x1_0000_0000;
  if (value < least)
    throw new CborError('not-shortest', 'expected the shortest form of an integer or length', at);
  return value;
}

function simple(cursor: Cursor, initial: number): void {
  const at = cursor.offset;
  if (initial === 0xf4 || initial === 0xf5 || initial === 0xf6) {
    cursor.offset = at + 1;
    return;
  }
  if (initial >= 0xf9 && initial <= 0xfb)
    throw new CborError('float', 'floating-point numbers are not allowed', at);
  if (initial === 0xff) throw new CborError('indefinite-length', 'a break without an indefinite length', at);
  throw new CborError('simple-value', 'the only simple values allowed are false, true and null', at);
}

function skip(cursor: Cursor, length: number): void {
  if (length > cursor.bytes.length - cursor.offset) {
    throw new CborError(
      'truncated',
      `a string declares ${length} bytes, ${cursor.bytes.length - cursor.offset} are left`,
      cursor.offset,
    );
  }
  cursor.offset += length;
}

function text(bytes: Uint8Array, from: number, to: number): void {
  let ascii = true;
  for (let i = from; i < to; i++) {
    if ((bytes[i] as number) > 0x7f) {
      ascii = false;
      break;
    }
  }
  if (ascii) return;
  try {
    utf8.decode(bytes.subarray(from, to));
  } catch {
    throw new CborError('invalid-utf8', 'a text string is not valid UTF-8', from);
  }
}

/** Checks the start of an array or map: it must not be too deep, and its items (at least a byte each) must fit the rest. */
function open(cursor: Cursor, depth: number, items: number, at: number): void {
  if (depth >= cursor.maxDepth) {
    throw new CborError('too-deep', `more than ${cursor.maxDepth} levels of arrays and maps`, at);
  }
  if (items > cursor.bytes.length - cursor.offset) {
    throw new CborError(
      'truncated',
      `declares ${items} items, ${cursor.bytes.length - cursor.offset} bytes are left`,
      at,
    );
  }
}

function pairs(cursor: Cursor, count: number, depth: number): void {
  let previousFrom = 0;
  let previousTo = 0;
  for (let i = 0; i < count; i++) {
    const from = cursor.offset;
    const major = (cursor.bytes[from] ?? 0xff) >> 5;
    if (from < cursor.bytes.length && major !== 0 && major !== 1 && major !== 3) {
      throw new CborError('key-type', 'a map key must be an integer or a text', from);
    }
    item(cursor, depth);
    const to = cursor.offset;
    if (i > 0) {
      const order = compareKeys(cursor.bytes, previousFrom, previousTo, from);
      if (order === 0) throw new CborError('duplicate-key', 'a map key appears twice', from);
      if (order > 0) throw new CborError('key-order', 'map keys are not in canonical order', from);
    }
    previousFrom = from;
    previousTo = to;
    item(cursor, depth);
  }
}

/** Canonical order of two encoded keys: their bytes decide, for major type and length are in the first of them. */
export function compareKeys(bytes: Uint8Array, a: number, aEnd: number, b: number): number {
  for (let i = 0; i < aEnd - a; i++) {
    const difference = (bytes[a + i] as number) - (bytes[b + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
