/** Byte strings as unsigned big-endian integers, and the little arithmetic that checking keys takes. */
import { fromHex } from '../base/bytes.ts';

/** The integer that big-endian bytes spell; no bytes spell zero. */
export function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  let at = 0;
  for (; (bytes.length - at) % 4 !== 0; at++) value = (value << 8n) | BigInt(bytes[at] as number);
  for (; at < bytes.length; at += 4) value = (value << 32n) | BigInt(wordAt(bytes, at));
  return value;
}

/** (Not by a DataView: V8 keeps few bytes without an ArrayBuffer, and making one for them takes longer than reading them.) */
function wordAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return ((high << 16) | low) >>> 0;
}

/** Big-endian bytes of an integer: so many, or as few as it takes (zero takes one). */
export function fromBigInt(value: bigint, length?: number): Uint8Array {
  const digits = value.toString(16);
  const least = Math.ceil(digits.length / 2);
  return fromHex(digits.padStart(2 * (length ?? least), '0'));
}

/** How many bits an integer has, without leading zeros. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The remainder that is never negative. */
export function modulo(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}

/** `base` to the power of `exponent`. Takes time that depends on both: not for secrets that matter. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = modulo(base, modulus);
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** What multiplied by `value` leaves 1; undefined if the two have a common divisor. */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b] = [modulo(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return a === 1n ? modulo(x, modulus) : undefined;
}
