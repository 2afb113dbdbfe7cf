/**
 * As much DER as RSA public keys take: PKCS#1 keys are a SEQUENCE of INTEGERs, and COSE keys, SPKI and JWK all need what is
 * in it. Every registration writes COSE and SPKI, which is why no ASN.1 library is loaded for them.
 */
import { concat } from '../../base/bytes.ts';
import { badKey } from '../error.ts';

export const SEQUENCE = 0x30;
const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;

/** One element: tag, length, content. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of content) length += part.length;
  return concat(Uint8Array.of(tag, ...lengthOctets(length)), ...content);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

/**
 * The content of an element, and what follows it.
 *
 * @param field what the element is, for the error
 * @throws CryptoError `bad-key` for another tag, a length that is cut off or not the shortest
 */
export function readElement(
  der: Uint8Array,
  tag: number,
  field: string,
): { readonly content: Uint8Array; readonly rest: Uint8Array } {
  const bad = (got: string): Error =>
    badKey(field, `DER with tag 0x${tag.toString(16).padStart(2, '0')}`, got);
  if (der[0] !== tag)
    throw bad(der.length === 0 ? 'the end' : `tag 0x${der[0]?.toString(16).padStart(2, '0')}`);
  const first = der[1] ?? 0xff;
  let start = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    // More than three octets would be 16 MiB of key.
    if (count === 0 || count > 3 || der.length < 2 + count) throw bad('a malformed length');
    start = 2 + count;
    length = 0;
    for (let i = 2; i < start; i++) length = length * 256 + (der[i] as number);
    if (length < 0x80 || (der[2] as number) === 0) throw bad('a length that is not the shortest');
  }
  if (length > der.length - start) throw bad(`${der.length - start} of ${length} bytes`);
  return { content: der.subarray(start, start + length), rest: der.subarray(start + length) };
}

/** An INTEGER from the unsigned big-endian bytes of a number. */
export function derInteger(value: Uint8Array): Uint8Array {
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start++;
  const bytes = value.subarray(start);
  return derElement(INTEGER, ...((bytes[0] ?? 0) >= 0x80 ? [Uint8Array.of(0)] : []), bytes);
}

/**
 * Reads a SEQUENCE of as many INTEGERs, none of them negative, and nothing else.
 *
 * @returns unsigned big-endian bytes without leading zeros
 * @throws CryptoError `bad-key`
 */
export function readIntegers(
  der: Uint8Array,
  names: readonly string[],
  field: string,
): readonly Uint8Array[] {
  const { content, rest } = readElement(der, SEQUENCE, field);
  if (rest.length > 0) throw badKey(field, 'the end', `${rest.length} more bytes`);
  let left = content;
  const integers = names.map((name) => {
    const integer = readElement(left, INTEGER, name);
    left = integer.rest;
    return unsigned(integer.content, name);
  });
  if (left.length > 0) throw badKey(field, `${names.length} numbers`, 'more');
  return integers;
}

function unsigned(content: Uint8Array, name: string): Uint8Array {
  const [first, second] = content;
  if (first === undefined) throw badKey(name, 'a number', 'no bytes');
  if (first >= 0x80) throw badKey(name, 'a number that is not negative', 'a negative one');
  if (first === 0 && second !== undefined) {
    if (second < 0x80) throw badKey(name, 'the shortest form of a number', 'leading zeros');
    return content.slice(1);
  }
  return content.slice();
}
