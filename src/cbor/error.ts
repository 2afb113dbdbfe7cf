/** What is wrong with bytes that should be CTAP2 canonical CBOR, or with a value to be encoded. */
export type CborErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'indefinite-length'
  | 'not-shortest'
  | 'reserved'
  | 'tag'
  | 'float'
  | 'simple-value'
  | 'invalid-utf8'
  | 'key-type'
  | 'key-order'
  | 'duplicate-key'
  | 'too-deep'
  | 'unsupported-value';

/** Thrown by the codec only; `offset` says where in the bytes the error was found. */
export class CborError extends Error {
  override readonly name = 'CborError';
  /** Which rule was broken. */
  readonly code: CborErrorCode;
  /** Byte offset into the input; absent when a value could not be encoded. */
  readonly offset: number | undefined;

  constructor(code: CborErrorCode, message: string, offset?: number) {
    super(offset === undefined ? message : `${message} (at byte ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
