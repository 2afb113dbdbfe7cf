/** The error of decode(). */

export type DecodeErrorCode =
  /** No kind that is known here. */
  | 'unrecognized'
  /** Longer than anything in WebAuthn. */
  | 'too-large'
  /** Not what the caller said it was. */
  | 'mismatch';

export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** Stable, for programs. */
  readonly code: DecodeErrorCode;

  constructor(code: DecodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
