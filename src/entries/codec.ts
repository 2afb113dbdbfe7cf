/**
 * Bytes and their spellings: base64url, hexadecimal, UTF-8, and CTAP2 canonical CBOR, which is read strictly. Functions throw `CborError` with
 * a code, or `StuntkeyError`; they change nothing that they are given.
 *
 * @example
 * ```js
 * import { assertCanonical, CborError, compare, concat, decodeCbor, encodeCbor, endOfItem } from 'stuntkey/codec';
 * import { base64url, equal, fromBase64url, fromHex, fromUtf8, hex, isBase64url, utf8 } from 'stuntkey/codec';
 *
 * const bytes = encodeCbor(new Map([[1, 'ada']]));
 * console.log(hex(bytes)); // a10163616461
 * console.log(decodeCbor(bytes).get(1)); // ada
 * console.log(base64url(utf8('ada'))); // YWRh
 * console.log(fromUtf8(fromBase64url('YWRh'))); // ada
 * console.log(isBase64url('YWRh=')); // false
 * console.log(equal(concat(fromHex('00'), fromHex('01')), Uint8Array.of(0, 1))); // true
 * console.log(compare(fromHex('00'), fromHex('01')) < 0); // true
 *
 * assertCanonical(bytes);
 * console.log(endOfItem(concat(bytes, fromHex('ff')), 0)); // 6
 * try {
 *   decodeCbor(fromHex('1800')); // 0 in two bytes
 * } catch (error) {
 *   console.log(error instanceof CborError && error.code); // not-shortest
 * }
 * ```
 * @module stuntkey/codec
 */

export { base64url, fromBase64url, isBase64url } from '../base/base64url.ts';
export { compare, concat, equal, fromHex, fromUtf8, hex, utf8 } from '../base/bytes.ts';
export { StuntkeyError } from '../base/stuntkey-error.ts';
export { assertCanonical, endOfItem, MAX_DEPTH } from '../cbor/canonical.ts';
export { type CborKey, type CborMap, type CborValue, decodeCbor, encodeCbor } from '../cbor/cbor.ts';
export { CborError, type CborErrorCode } from '../cbor/error.ts';
