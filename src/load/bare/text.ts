/** UTF-8 for realms without the Encoding standard (https://encoding.spec.whatwg.org): as much of it as the house uses. */

const REPLACEMENT = '\ufffd';

/** As the standard's. */
export class TextEncoder {
  encode(text = ''): Uint8Array {
    const bytes: number[] = [];
    // By code point; a surrogate that is alone becomes U+FFFD.
    for (const character of text) {
      const point = character.codePointAt(0) as number;
      if (point >= 0xd800 && point <= 0xdfff) bytes.push(0xef, 0xbf, 0xbd);
      else if (point < 0x80) bytes.push(point);
      else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
      else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
      else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
    }
    return new Uint8Array(bytes);
  }
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** How many bytes follow a first byte, the bits of a code point in it, and the least that so many bytes may spell. */
function lead(byte: number): readonly [more: number, bits: number, least: number] | undefined {
  if (byte < 0x80) return [0, byte, 0];
  if (byte >= 0xc2 && byte < 0xe0) return [1, byte & 0x1f, 0x80];
  if (byte >= 0xe0 && byte < 0xf0) return [2, byte & 0x0f, 0x800];
  if (byte >= 0xf0 && byte < 0xf5) return [3, byte & 0x07, 0x10000];
  return undefined;
}

/** As the standard's, for UTF-8 and for one piece at a time; a byte order mark is left in, as `ignoreBOM` has it. */
export class TextDecoder {
  readonly fatal: boolean;

  constructor(_label = 'utf-8', { fatal = false }: { readonly fatal?: boolean } = {}) {
    this.fatal = fatal;
  }

  /** @throws TypeError where the bytes are not UTF-8 and the decoder is fatal */
  decode(bytes: Uint8Array = new Uint8Array()): string {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const [point, length] = pointAt(bytes, at);
      if (point === undefined && this.fatal) throw new TypeError('The encoded data was not valid for utf-8');
      text += point === undefined ? REPLACEMENT : String.fromCodePoint(point);
      at += length;
    }
    return text;
  }
}

/** The code point at a place and its length; undefined, and how much is wrong, where there is none. */
function pointAt(bytes: Uint8Array, at: number): readonly [point: number | undefined, length: number] {
  const first = lead(bytes[at] as number);
  if (first === undefined) return [undefined, 1];
  let [more, point] = first;
  let length = 1;
  for (; more > 0; more--, length++) {
    const next = bytes[at + length];
    const soFar = (point << 6) | ((next ?? 0) & 0x3f);
    if (next === undefined || next >> 6 !== 0b10 || !possible(soFar, more - 1, first[2])) {
      return [undefined, length];
    }
    point = soFar;
  }
  return [point, length];
}

/** Whether a code point of which `more` bytes are missing can still be one: not too long a spelling, no surrogate, in range. */
function possible(soFar: number, more: number, least: number): boolean {
  const lowest = soFar << (6 * more);
  const highest = lowest | ((1 << (6 * more)) - 1);
  return highest >= least && lowest <= 0x10ffff && !(lowest >= 0xd800 && highest <= 0xdfff);
}
