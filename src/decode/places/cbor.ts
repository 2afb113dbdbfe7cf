/**
 * Reads CBOR (RFC 8949) item by item and notes where each is. It takes what CTAP2 forbids, too (tags, floats, indefinite lengths are
 * named as what they are), and stops where bytes are missing.
 */
import { hex } from '../../base/bytes.ts';

/** A node of the tree, and its bytes. */
export interface Place {
  readonly name: string;
  /** The value in a few words. */
  readonly text: string;
  /** The offset of its first byte, and the one behind its last. */
  readonly start: number;
  readonly end: number;
  readonly members: readonly Place[];
  /** What is wrong with it. */
  readonly problem?: string;
}

/** What a value means, beyond its CBOR. */
export interface Meaning {
  /** How it is shown; undefined for the usual way. */
  readonly text?: (value: unknown) => string | undefined;
  /** What a member of it is called and means. */
  readonly member?: (key: unknown) => { readonly name: string; readonly meaning?: Meaning };
  /** Reads what is inside its bytes. */
  readonly inside?: (read: Reading, name: string, start: number, end: number, level: number) => Place;
}

/** Bytes that are read, and how many nodes they may still become. */
export interface Reading {
  readonly bytes: Uint8Array;
  left: number;
}

const MOST_NODES = 20_000;
const MOST_LEVELS = 24;
/** Longer bytes and texts are cut. */
const LONGEST_BYTES = 32;
const LONGEST_TEXT = 200;

export function reading(bytes: Uint8Array): Reading {
  return { bytes, left: MOST_NODES };
}

export function shownBytes(bytes: Uint8Array): string {
  if (bytes.length <= LONGEST_BYTES) return `h'${hex(bytes)}'`;
  return `h'${hex(bytes.subarray(0, LONGEST_BYTES))}…' (${bytes.length} bytes)`;
}

function shownText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, LONGEST_TEXT * 4));
  return text.length > LONGEST_TEXT
    ? `"${text.slice(0, LONGEST_TEXT)}…" (${bytes.length} bytes)`
    : `"${text}"`;
}

interface Head {
  readonly major: number;
  /** Undefined for an indefinite length. */
  readonly argument: number | bigint | undefined;
  readonly info: number;
  /** Where it ends. */
  readonly end: number;
}

/** The first byte of an item and its argument; a text for what is wrong. */
function headOf({ bytes }: Reading, start: number, limit: number): Head | string {
  const initial = start < limit ? bytes[start] : undefined;
  if (initial === undefined) return 'expected an item, got the end';
  const [major, info] = [initial >> 5, initial & 0x1f];
  if (info < 24) return { major, info, argument: info, end: start + 1 };
  if (info === 31) return { major, info, argument: undefined, end: start + 1 };
  if (info > 27) return `reserved additional information ${info}`;
  const length = 1 << (info - 24);
  const end = start + 1 + length;
  if (end > limit) return 'expected a longer head, got the end';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const argument =
    length === 1
      ? view.getUint8(start + 1)
      : length === 2
        ? view.getUint16(start + 1)
        : length === 4
          ? view.getUint32(start + 1)
          : smaller(view.getBigUint64(start + 1));
  return { major, info, argument, end };
}

const smaller = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

/** Reads one item. Where it cannot be read, its place has the rest of the bytes and the problem. */
export function cborPlace(
  read: Reading,
  name: string,
  start: number,
  limit: number,
  level: number,
  meaning: Meaning = {},
): Place {
  const broken = (problem: string): Place => ({
    name,
    text: shownBytes(read.bytes.subarray(start, limit)),
    start,
    end: limit,
    members: [],
    problem,
  });
  if (--read.left < 0) return broken('there is more than can be shown');
  if (level > MOST_LEVELS) return broken(`more than ${MOST_LEVELS} levels`);
  const head = headOf(read, start, limit);
  if (typeof head === 'string') return broken(head);
  const { major, argument, end } = head;
  if (argument === undefined) return broken('an indefinite length, which CTAP2 does not have');
  const leaf = (value: unknown, text: string, to: number = end): Place => ({
    name,
    text: meaning.text?.(value) ?? text,
    start,
    end: to,
    members: [],
  });
  switch (major) {
    case 0:
      return leaf(argument, String(argument));
    case 1: {
      const value = typeof argument === 'bigint' ? -1n - argument : -1 - argument;
      return leaf(value, String(value));
    }
    case 2:
    case 3: {
      const to = end + Number(argument);
      if (to > limit) return broken(`expected ${argument} bytes, got ${limit - end}`);
      const content = read.bytes.subarray(end, to);
      if (major === 3) return leaf(undefined, shownText(content), to);
      const inside = meaning.inside?.(read, name, end, to, level + 1);
      return inside === undefined ? leaf(content, shownBytes(content), to) : { ...inside, start };
    }
    case 4:
    case 5:
      return container(read, { name, start, limit, level, meaning }, major, Number(argument), end);
    case 6: {
      const tagged = cborPlace(read, 'value', end, limit, level + 1);
      return {
        name,
        text: `tag ${argument}`,
        start,
        end: tagged.end,
        members: [tagged],
        problem: 'a tag, which CTAP2 does not have',
      };
    }
    default:
      return leaf(undefined, simple(read, head, start));
  }
}

interface Asked {
  readonly name: string;
  readonly start: number;
  readonly limit: number;
  readonly level: number;
  readonly meaning: Meaning;
}

function container(
  read: Reading,
  { name, start, limit, level, meaning }: Asked,
  major: number,
  count: number,
  from: number,
): Place {
  const isMap = major === 5;
  const members: Place[] = [];
  let at = from;
  let problem: string | undefined;
  for (let index = 0; index < count && problem === undefined; index++) {
    if (at >= limit) problem = `expected ${count} ${isMap ? 'members' : 'elements'}, got ${index}`;
    else if (read.left <= 0) problem = 'there is more than can be shown';
    else {
      const member = isMap
        ? pair(read, at, limit, level + 1, meaning)
        : cborPlace(read, String(index), at, limit, level + 1, elementOf(meaning));
      members.push(member);
      at = member.end;
    }
  }
  const what = isMap
    ? `${count} ${count === 1 ? 'member' : 'members'}`
    : `${count} ${count === 1 ? 'element' : 'elements'}`;
  return { name, text: what, start, end: at, members, ...(problem !== undefined && { problem }) };
}

/** An element of a list means what the list does, but is no blob. */
function elementOf({ member }: Meaning): Meaning {
  return member === undefined ? {} : { member };
}

/** A key with its value, as one place: pointing at it lights both. */
function pair(read: Reading, start: number, limit: number, level: number, meaning: Meaning): Place {
  const key = cborPlace(read, 'key', start, limit, level);
  if (key.problem !== undefined || key.end >= limit)
    return { ...key, problem: key.problem ?? 'a key without a value' };
  const plain = plainKey(key.text);
  const { name, meaning: inner } = meaning.member?.(plain) ?? { name: String(plain) };
  const value = cborPlace(read, name, key.end, limit, level, inner ?? {});
  return { ...value, start };
}

/** A text without its quotes, a number as one. */
function plainKey(text: string): number | string {
  if (text.startsWith('"')) return text.slice(1, -1);
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

const SIMPLE: Readonly<Record<number, string>> = { 20: 'false', 21: 'true', 22: 'null', 23: 'undefined' };

function simple({ bytes }: Reading, { info, argument, end }: Head, start: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (info === 26) return `${view.getFloat32(start + 1)} (a float)`;
  if (info === 27) return `${view.getFloat64(start + 1)} (a float)`;
  if (info === 25) return `h'${hex(bytes.subarray(start + 1, end))}' (a float of 16 bits)`;
  return SIMPLE[Number(argument)] ?? `simple value ${argument}`;
}
