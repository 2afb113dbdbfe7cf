/**
 * CBOR as lenient decoders read it (RFC 8949): indefinite lengths, long heads, any order of keys, the last of several equal keys, floats;
 * what a tag marks stands for itself. It notes what is not in CTAP2 canonical form instead of refusing it.
 */
import type { CborKey } from '../../cbor/cbor.ts';
import { CborError } from '../../cbor/error.ts';

/** Anything that CBOR can hold, once read. */
export type LooseValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly LooseValue[]
  | LooseMap;
export type LooseMap = ReadonlyMap<CborKey, LooseValue>;

/** One item, where it ends, and what is irregular about it. */
export interface LooseItem {
  readonly value: LooseValue;
  /** Offset just behind it. */
  readonly end: number;
  /** The first thing about it that is not in CTAP2 canonical form, duplicate keys apart. */
  readonly irregular: string | undefined;
  /** The first key that appears twice in one map. */
  readonly duplicate: string | undefined;
}

/** Deeper than anything that is attested; shallow enough for any stack. */
const DEEPEST = 16;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const looseUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads the item that begins at an offset.
 *
 * @throws CborError for what is no CBOR at all, or is nested more than 16 levels deep
 */
export function readCbor(bytes: Uint8Array, start = 0): LooseItem {
  const reader = new Reader(bytes, start);
  const value = reader.item(0);
  return { value, end: reader.offset, irregular: reader.irregular, duplicate: reader.duplicate };
}

const BREAK: unique symbol = Symbol('break');

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset: number;
  irregular: string | undefined;
  duplicate: string | undefined;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = start;
  }

  item(depth: number): LooseValue {
    const value = this.#itemOrBreak(depth);
    if (value === BREAK)
      throw new CborError('indefinite-length', 'a break without an indefinite length', this.offset);
    return value;
  }

  #itemOrBreak(depth: number): LooseValue | typeof BREAK {
    const start = this.offset;
    const initial = this.#bytes[start];
    if (initial === undefined) throw new CborError('truncated', 'expected an item, got the end', start);
    if (depth > DEEPEST)
      throw new CborError('too-deep', `more than ${DEEPEST} levels of arrays and maps`, start);
    this.offset++;
    const major = initial >> 5;
    const info = initial & 0x1f;
    if (major === 7) return this.#simple(info, start);
    const argument = this.#argument(major, info, start);
    switch (major) {
      case 0:
        return plain(argument as bigint);
      case 1:
        return plain(-1n - (argument as bigint));
      case 2:
        return argument === undefined ? this.#chunks(2) : this.#take(argument);
      case 3:
        return this.#text(argument === undefined ? this.#chunks(3) : this.#take(argument));
      case 4:
        return this.#array(argument, depth);
      case 5:
        return this.#map(argument, depth);
      default:
        this.#note('a tag');
        return this.item(depth + 1);
    }
  }

  /** The number in an item's head; undefined for an indefinite length. */
  #argument(major: number, info: number, start: number): bigint | undefined {
    if (info < 24) return BigInt(info);
    if (info === 31 && major >= 2 && major <= 5) {
      this.#note('an indefinite length');
      return undefined;
    }
    if (info > 27)
      throw new CborError('reserved', `additional information ${info} has no meaning here`, start);
    const size = 1 << (info - 24);
    if (this.offset + size > this.#bytes.length)
      throw new CborError('truncated', 'the head of an item is cut off', start);
    let value = 0n;
    for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(this.#bytes[this.offset + i] as number);
    this.offset += size;
    const least = size === 1 ? 24n : 1n << BigInt(4 * size);
    if (value < least) this.#note('a head that is not the shortest');
    return value;
  }

  #take(length: bigint): Uint8Array {
    const left = this.#bytes.length - this.offset;
    if (length > left)
      throw new CborError('truncated', `a string declares ${length} bytes, ${left} are left`, this.offset);
    const taken = this.#bytes.slice(this.offset, this.offset + Number(length));
    this.offset += Number(length);
    return taken;
  }

  #chunks(major: number): Uint8Array {
    const bytes: number[] = [];
    for (;;) {
      const initial = this.#bytes[this.offset];
      if (initial === undefined) throw new CborError('truncated', 'expected a chunk or a break', this.offset);
      this.offset++;
      if (initial === 0xff) return Uint8Array.from(bytes);
      const argument = this.#argument(major, initial & 0x1f, this.offset - 1);
      if (initial >> 5 !== major || argument === undefined)
        throw new CborError('indefinite-length', 'a chunk of another kind than its string', this.offset - 1);
      for (const byte of this.#take(argument)) bytes.push(byte);
    }
  }

  #text(bytes: Uint8Array): string {
    try {
      return strictUtf8.decode(bytes);
    } catch {
      this.#note('a text that is not valid UTF-8');
      return looseUtf8.decode(bytes);
    }
  }

  #simple(info: number, start: number): LooseValue | typeof BREAK {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info === 31) return BREAK;
    if (info < 20 || info === 23) {
      this.#note('a simple value other than false, true and null');
      return undefined;
    }
    const size = info === 24 ? 1 : info <= 27 ? 1 << (info - 24) : 0;
    if (size === 0) throw new CborError('reserved', `additional information ${info} is reserved`, start);
    if (this.offset + size > this.#bytes.length)
      throw new CborError('truncated', 'the head of an item is cut off', start);
    const at = this.offset;
    this.offset += size;
    this.#note(info === 24 ? 'a simple value other than false, true and null' : 'a floating-point number');
    if (info === 26) return this.#view.getFloat32(at);
    if (info === 27) return this.#view.getFloat64(at);
    return info === 25 ? half(this.#view.getUint16(at)) : undefined;
  }

  #array(count: bigint | undefined, depth: number): readonly LooseValue[] {
    this.#bound(count);
    const items: LooseValue[] = [];
    while (count === undefined || items.length < count) {
      const value = this.#itemOrBreak(depth + 1);
      if (value === BREAK) {
        if (count === undefined) return items;
        throw new CborError('indefinite-length', 'a break without an indefinite length', this.offset);
      }
      items.push(value);
    }
    return items;
  }

  #map(count: bigint | undefined, depth: number): LooseMap {
    this.#bound(count);
    const map = new Map<CborKey, LooseValue>();
    let previous: Uint8Array | undefined;
    for (let i = 0n; count === undefined || i < count; i++) {
      const from = this.offset;
      const key = this.#itemOrBreak(depth + 1);
      if (key === BREAK) {
        if (count === undefined) return map;
        throw new CborError('indefinite-length', 'a break without an indefinite length', this.offset);
      }
      const encoded = this.#bytes.subarray(from, this.offset);
      const name = this.#key(key);
      if (map.has(name)) this.duplicate ??= String(name);
      // A key that appears twice has no place of its own in the order.
      else if (previous !== undefined && canonicalOrder(previous, encoded) > 0)
        this.#note('keys that are not in order');
      else previous = encoded;
      map.set(name, this.item(depth + 1));
    }
    return map;
  }

  #key(key: LooseValue): CborKey {
    if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'string') return key;
    this.#note('a key that is neither an integer nor a text');
    return String(key);
  }

  /** So many items take as many bytes at least. */
  #bound(count: bigint | undefined): void {
    const left = this.#bytes.length - this.offset;
    if (count !== undefined && count > left)
      throw new CborError('truncated', `declares ${count} items, ${left} bytes are left`, this.offset);
  }

  #note(what: string): void {
    this.irregular ??= what;
  }
}

function plain(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function canonicalOrder(a: Uint8Array, b: Uint8Array): number {
  const major = ((a[0] as number) >> 5) - ((b[0] as number) >> 5);
  if (major !== 0) return major;
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number);
}
