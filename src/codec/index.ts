/** Bytes and their spellings: base64url, hexadecimal, CTAP2 canonical CBOR. */
export { base64url, fromBase64url, isBase64url } from './base64url.ts';
export { compare, concat, equal, fromHex, fromUtf8, hex, utf8 } from './bytes.ts';
export { assertCanonical, endOfItem, MAX_DEPTH } from './canonical.ts';
export { type CborKey, type CborMap, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
export { CborError, type CborErrorCode } from './error.ts';
export { StuntkeyError } from './stuntkey-error.ts';
