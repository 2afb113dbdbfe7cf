/**
 * base64url without padding, as RFC 4648 section 5 and WebAuthn's Base64URLString have it. Strict: no padding,
 * no other alphabet, no white space, no bits left over. (Where the runtime has Buffer it does the work, after
 * the check. Everywhere else the few lines below do, also in a page that has changed its globals.)
 */
import { Bytes, charCodeAt, lengthOf } from './primordials.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** By code; 255 is none. Made when it is needed: a page may never ask. */
let values: Uint8Array | undefined;

function valuesOf(): Uint8Array {
  const made = new Bytes(128);
  for (let i = 0; i < 128; i++) made[i] = 0xff;
  for (let i = 0; i < ALPHABET.length; i++) made[charCodeAt(ALPHABET, i)] = i;
  return made;
}

interface NativeBase64 {
  from(text: string, encoding: 'base64url'): Uint8Array;
  /** (It takes any bytes as its `this`: no Buffer has to be made around them.) */
  readonly prototype?: { base64urlSlice?(this: Uint8Array, start: number, end: number): string };
}

const buffer: NativeBase64 | undefined = (globalThis as { Buffer?: NativeBase64 }).Buffer;
const nativeSlice = buffer?.prototype?.base64urlSlice;
// (The Buffer that a bundler or a script gives to pages may not know base64url.)
const native = nativeSlice === undefined ? undefined : buffer;

/** Spells bytes in base64url without padding. */
export function base64url(bytes: Uint8Array): string {
  if (nativeSlice !== undefined) return nativeSlice.call(bytes, 0, bytes.length);
  let text = '';
  const length = lengthOf(bytes);
  for (let i = 0; i < length; i += 3) {
    const left = length - i;
    const group =
      ((bytes[i] as number) << 16) |
      ((left > 1 ? (bytes[i + 1] as number) : 0) << 8) |
      (left > 2 ? (bytes[i + 2] as number) : 0);
    text += ALPHABET[group >> 18];
    text += ALPHABET[(group >> 12) & 63];
    if (left > 1) text += ALPHABET[(group >> 6) & 63];
    if (left > 2) text += ALPHABET[group & 63];
  }
  return text;
}

/** Spells bytes in base64 with padding (RFC 4648 section 4), as certificates in JSON and PEM have it. */
export function base64(bytes: Uint8Array): string {
  const unpadded = base64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, '=');
}

/**
 * The reverse of {@link base64}. Refuses texts that it would not have written.
 *
 * @throws TypeError
 */
export function fromBase64(text: string): Uint8Array {
  const unpadded = text
    .replace(/={1,2}$/, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  if (!/[-_]/.test(text) && isBase64url(unpadded)) {
    const bytes = fromBase64url(unpadded);
    if (base64(bytes) === text) return bytes;
  }
  throw new TypeError('expected base64 with padding');
}

/** Whether a text is base64url without padding, down to the unused bits of its last character. */
export function isBase64url(text: string): boolean {
  const tail = text.length % 4;
  if (tail === 1) return false;
  values ??= valuesOf();
  for (let i = 0; i < text.length; i++) {
    const code = charCodeAt(text, i);
    if (code > 127 || values[code] === 0xff) return false;
  }
  if (tail === 0) return true;
  const last = values[charCodeAt(text, text.length - 1)] as number;
  return (last & (tail === 2 ? 0x0f : 0x03)) === 0;
}

/**
 * The bytes of a base64url text.
 *
 * @throws TypeError if the text is padded, has another character, or leaves bits over.
 */
export function fromBase64url(text: string): Uint8Array {
  if (!isBase64url(text)) throw new TypeError('expected base64url without padding');
  if (native !== undefined) return new Uint8Array(native.from(text, 'base64url'));
  const six = values as Uint8Array;
  const bytes = new Bytes((text.length * 3) >> 2);
  let bits = 0;
  let held = 0;
  let offset = 0;
  for (let i = 0; i < text.length; i++) {
    held = (held << 6) | (six[charCodeAt(text, i)] as number);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}
