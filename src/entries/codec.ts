/** Bytes and their spellings: base64url, hexadecimal, CTAP2 canonical CBOR. */
export { base64url, fromBase64url, isBase64url } from '../base/base64url.ts';
export { compare, concat, equal, fromHex, fromUtf8, hex, utf8 } from '../base/bytes.ts';
export { StuntkeyError } from '../base/stuntkey-error.ts';
export { assertCanonical, endOfItem, MAX_DEPTH } from '../cbor/canonical.ts';
export { type CborKey, type CborMap, type CborValue, decodeCbor, encodeCbor } from '../cbor/cbor.ts';
export { CborError, type CborErrorCode } from '../cbor/error.ts';
