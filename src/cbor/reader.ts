/**
 * Reads CTAP2 canonical CBOR piece by piece, for messages whose shape is known before. It reads what an honest sender writes, and throws
 * {@link notPlain} at anything else, such as a member that is not known, or a fault of any kind. The message is then read from its beginning by
 * the strict pass and cbor-x (cbor.ts), which know what is allowed all the same, and what is wrong.
 */
import { fromUtf8Part } from '../base/bytes.ts';
import { compareKeys, endOfItem, MAX_DEPTH } from './canonical.ts';
import { type CborKey, type CborMap, type CborValue, decodeTrusted } from './cbor.ts';

/** Thrown for what has to be read in the other way. (One for all: it is no error that a caller sees, and its stack would cost more than the reading.) */
export const notPlain: Error = new Error('CBOR that is not plain');

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const FALSE = 0xf4;
const TRUE = 0xf5;

export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #copies: boolean;
  #at: number;
  #levels: number;

  /**
   * @param levels of arrays and maps that it may have
   * @param copies whether byte strings are copied; otherwise they share the message's memory
   */
  constructor(bytes: Uint8Array, start = 0, levels: number = MAX_DEPTH, copies = false) {
    this.#bytes = bytes;
    this.#at = start;
    this.#levels = levels;
    this.#copies = copies;
  }

  /** Where the next item begins. */
  get at(): number {
    return this.#at;
  }

  /** Whether all was read. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Enters a map. @returns how many members come */
  openMap(): number {
    return this.#open(MAP);
  }

  /** Enters an array. @returns how many elements come */
  openArray(): number {
    return this.#open(ARRAY);
  }

  /** Leaves the map or array that was entered last. */
  close(): void {
    this.#levels++;
  }

  /** Passes over bytes that come next, if they do. */
  passes(expected: Uint8Array): boolean {
    const { length } = expected;
    for (let i = 0; i < length; i++) if (this.#bytes[this.#at + i] !== expected[i]) return false;
    this.#at += length;
    return true;
  }

  unsigned(): number {
    return this.#head(UNSIGNED);
  }

  integer(): number {
    const negative = (this.#bytes[this.#at] as number) >> 5 === NEGATIVE;
    return negative ? -1 - this.#head(NEGATIVE) : this.#head(UNSIGNED);
  }

  boolean(): boolean {
    const byte = this.#bytes[this.#at++];
    if (byte === TRUE) return true;
    if (byte === FALSE) return false;
    throw notPlain;
  }

  bytes(): Uint8Array {
    const length = this.#head(BYTES);
    return this.#part(this.#at, this.#skip(length));
  }

  #part(start: number, end: number): Uint8Array {
    return this.#copies ? this.#bytes.slice(start, end) : this.#bytes.subarray(start, end);
  }

  text(): string {
    const length = this.#head(TEXT);
    const start = this.#at;
    const end = this.#skip(length);
    try {
      return fromUtf8Part(this.#bytes, start, end);
    } catch {
      throw notPlain;
    }
  }

  /** Any value. @throws CborError, too */
  value(): CborValue {
    const initial = this.#bytes[this.#at] as number;
    switch (initial >> 5) {
      case UNSIGNED:
      case NEGATIVE:
        // Numbers of nine bytes may be bigints.
        return (initial & 0x1f) === 27 ? this.#other() : this.integer();
      case BYTES:
        return this.bytes();
      case TEXT:
        return this.text();
      case MAP:
        return this.map();
    }
    if (initial === TRUE || initial === FALSE) return this.boolean();
    return this.#other();
  }

  /** A map, unread. @throws CborError, too */
  map(): CborMap {
    const map = new Map<CborKey, CborValue>();
    let previous = -1;
    let end = 0;
    for (let left = this.openMap(); left > 0; left--) {
      const start = this.#at;
      const key = this.#key();
      if (previous >= 0 && compareKeys(this.#bytes, previous, end, start) >= 0) throw notPlain;
      previous = start;
      end = this.#at;
      map.set(key, this.value());
    }
    this.close();
    return map;
  }

  #key(): CborKey {
    return (this.#bytes[this.#at] as number) >> 5 === TEXT ? this.text() : this.integer();
  }

  #other(): CborValue {
    const start = this.#at;
    this.#at = endOfItem(this.#bytes, start, this.#levels);
    return decodeTrusted(this.#part(start, this.#at));
  }

  #open(major: number): number {
    if (this.#levels-- === 0) throw notPlain;
    return this.#head(major);
  }

  /** The argument of an item of a major type, below 2^32 and in as few bytes as it takes. */
  #head(major: number): number {
    // (Behind the end it is NaN, which nothing below is equal to.)
    const info = (this.#bytes[this.#at++] as number) - (major << 5);
    if (info >= 0 && info < 24) return info;
    const size = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : 0;
    let argument = 0;
    for (let i = 0; i < size; i++) argument = argument * 256 + (this.#bytes[this.#at++] as number);
    const least = size === 1 ? 24 : size === 2 ? 0x100 : 0x1_0000;
    // (NaN where it is cut off.)
    if (size > 0 && argument >= least) return argument;
    throw notPlain;
  }

  /** @returns where what is that long ends */
  #skip(length: number): number {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw notPlain;
    return this.#at;
  }
}
