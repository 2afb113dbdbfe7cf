/**
 * Writes CTAP2 canonical CBOR piece by piece, for messages whose shape is known before: the caller puts the members of a map in
 * canonical order. What is not of one of the few kinds that such messages are made of, such as an array or a map whose keys are not in order, cbor-x
 * writes (cbor.ts).
 */
import { type CborKey, type CborMap, type CborValue, compareKeys, encodeCbor } from './cbor.ts';

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

/** The most members of a map that {@link CborWriter.openMap} opens: their number has to fit its one byte. */
export const MOST_MEMBERS = 23;

/** Bytes that most messages have room in, and that a writer keeps at most. */
const ROOM = 1024;
const MOST_KEPT = 65_536;

/** For so few bytes a loop is faster than `set`. */
const FEW = 48;

export class CborWriter {
  #bytes: Uint8Array = new Uint8Array(ROOM);
  #end = 0;

  /** The beginning of an array with so many elements, which come next. */
  array(length: number): void {
    this.#head(ARRAY, length);
  }

  /** The beginning of a map with at most {@link MOST_MEMBERS} members, which come next. @returns its place, for `closeMap` */
  openMap(): number {
    this.#need(1);
    return this.#end++;
  }

  /** The end of a map. */
  closeMap(place: number, members: number): void {
    if (members > MOST_MEMBERS)
      throw new RangeError(`expected at most ${MOST_MEMBERS} members, got ${members}`);
    this.#bytes[place] = (MAP << 5) | members;
  }

  /** Room for what is no CBOR. */
  free(length: number): void {
    this.#need(length);
    this.#bytes.fill(0, this.#end, this.#end + length);
    this.#end += length;
  }

  /** What is encoded already. */
  encoded(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#need(length);
    const to = this.#bytes;
    const end = this.#end;
    if (length > FEW) to.set(bytes, end);
    else for (let i = 0; i < length; i++) to[end + i] = bytes[i] as number;
    this.#end += length;
  }

  /** Any value. @throws CborError as {@link encodeCbor} */
  value(value: CborValue): void {
    if (typeof value === 'string') this.#text(value);
    else if (value instanceof Uint8Array) {
      this.#head(BYTES, value.length);
      this.encoded(value);
    } else if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 32) {
      if (value < 0) this.#head(NEGATIVE, -1 - value);
      else this.#head(UNSIGNED, value);
    } else if (typeof value === 'boolean') this.#head(7, value ? 21 : 20);
    else if (value instanceof Map) this.#map(value);
    else this.encoded(encodeCbor(value));
  }

  /** A map whose keys are in canonical order already, as nearly all are. */
  #map(map: CborMap): void {
    const start = this.#end;
    this.#head(MAP, map.size);
    let previous: CborKey | undefined;
    for (const [key, value] of map) {
      if (!isPlain(key) || (previous !== undefined && compareKeys(previous, key) >= 0)) {
        this.#end = start;
        this.encoded(encodeCbor(map));
        return;
      }
      this.value(key);
      this.value(value);
      previous = key;
    }
  }

  #text(text: string): void {
    const start = this.#end;
    const { length } = text;
    this.#head(TEXT, length);
    this.#need(length);
    const to = this.#bytes;
    const end = this.#end;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#end = start;
        this.encoded(encodeCbor(text));
        return;
      }
      to[end + i] = code;
    }
    this.#end += length;
  }

  /** A major type and its argument below 2^32, in as few bytes as it takes. */
  #head(major: number, argument: number): void {
    this.#need(5);
    const type = major << 5;
    if (argument < 24) {
      this.#bytes[this.#end++] = type | argument;
    } else if (argument < 0x100) {
      this.#bytes[this.#end++] = type | 24;
      this.#bytes[this.#end++] = argument;
    } else if (argument < 0x1_0000) {
      this.#bytes[this.#end++] = type | 25;
      this.#bytes[this.#end++] = argument >> 8;
      this.#bytes[this.#end++] = argument;
    } else {
      this.#bytes[this.#end++] = type | 26;
      for (let shift = 24; shift >= 0; shift -= 8) this.#bytes[this.#end++] = argument >>> shift;
    }
  }

  #need(length: number): void {
    const least = this.#end + length;
    if (least <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(least, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  /** What was written behind a first byte; without one, all of it. The writer can then be used again. @returns new bytes */
  static written(put: (to: CborWriter) => void, first?: number): Uint8Array {
    // (A getter of what is written may write something itself.)
    const to = spare ?? new CborWriter();
    spare = undefined;
    to.#end = 0;
    if (first !== undefined) to.#bytes[to.#end++] = first;
    put(to);
    if (to.#bytes.length <= MOST_KEPT) spare = to;
    return to.#bytes.slice(0, to.#end);
  }
}

function isPlain(key: unknown): boolean {
  return typeof key === 'number' || typeof key === 'string';
}

/** A writer that waits for the next message. */
let spare: CborWriter | undefined;
