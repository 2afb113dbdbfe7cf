/** Byte strings: joining and comparing them, and converting them to text and hexadecimal. */

const nameOfTypedArray = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/**
 * Whether a value is a Uint8Array of any realm: under Vitest's jsdom, the global class is the window's, and what Node and
 * its TextEncoder make is not.
 */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || nameOfTypedArray.call(value) === 'Uint8Array';
}

/** Joins byte strings into one new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether two byte strings are the same; takes the same time for every difference. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Orders byte strings as CTAP2 orders encoded map keys of one type: shorter first, then bytewise. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Node's own ways from bytes to texts, which take any bytes as their `this`. */
interface NativeTexts {
  latin1Slice?(this: Uint8Array, start: number, end: number): string;
  /** (What is no UTF-8 becomes U+FFFD.) */
  utf8Slice?(this: Uint8Array, start: number, end: number): string;
}

const { latin1Slice, utf8Slice }: NativeTexts =
  (globalThis as { Buffer?: { readonly prototype: NativeTexts } }).Buffer?.prototype ?? {};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD, as the Encoding standard says. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * The text that UTF-8 bytes spell, a byte order mark included.
 *
 * @throws TypeError if the bytes are not valid UTF-8.
 */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The same of a part of the bytes. */
export function fromUtf8Part(bytes: Uint8Array, start: number, end: number): string {
  const text = utf8Slice?.call(bytes, start, end);
  // (Whether the bytes have U+FFFD themselves, or are none of UTF-8, the decoder knows.)
  return text === undefined || text.includes('\ufffd') ? fromUtf8(bytes.subarray(start, end)) : text;
}

/** For so few bytes the call of a native function takes longer than it saves. */
const FEW = 48;

/** One character a byte (U+0000 to U+00FF), which JavaScript engines store in one byte each: good for keys, and for keeping. */
export function toBinaryString(bytes: Uint8Array): string {
  if (bytes.length > FEW && latin1Slice !== undefined) return latin1Slice.call(bytes, 0, bytes.length);
  if (bytes.length <= CHUNK) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) text += toBinaryString(bytes.subarray(i, i + CHUNK));
  return text;
}

/** The most arguments that a function is called with. */
const CHUNK = 8192;

/** The bytes that {@link toBinaryString} made a text of. */
export function fromBinaryString(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal, two digits a byte. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/**
 * The bytes that hexadecimal digits (either case, no separators) spell.
 *
 * @throws TypeError if the length is odd or a character is not a digit.
 */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) {
    throw new TypeError('expected an even number of hexadecimal digits');
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
