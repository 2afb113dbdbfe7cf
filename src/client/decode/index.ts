/** Blobs made readable. */
export { type Decoded, type DecodedKind, type DecodeInput, type DecodeOptions, decode } from './decode.ts';
export { DecodeError, type DecodeErrorCode } from './error.ts';
export type { Tree, TreeObject } from './tree.ts';
