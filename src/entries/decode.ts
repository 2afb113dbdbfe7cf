/** Blobs made readable. */
export {
  type Decoded,
  type DecodedKind,
  type DecodeInput,
  type DecodeOptions,
  decode,
} from '../decode/decode.ts';
export { DecodeError, type DecodeErrorCode } from '../decode/error.ts';
export type { Tree, TreeObject } from '../decode/tree.ts';
