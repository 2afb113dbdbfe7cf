/** The error of decode(). */

/** The code of a {@link DecodeError}: stable, for programs. */
export type DecodeErrorCode =
  /** No kind that is known here. */
  | 'unrecognized'
  /** Longer than anything in WebAuthn. */
  | 'too-large'
  /** Not what the caller said it was. */
  | 'mismatch';

/**
 * Thrown by `decode` for what is no blob of a known kind.
 *
 * @example
 * ```js
 * import { decode, DecodeError } from 'stuntkey';
 * try {
 *   decode('AAAA');
 * } catch (error) {
 *   console.log(error instanceof DecodeError, error.code); // true unrecognized
 * }
 * ```
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** Stable, for programs. */
  readonly code: DecodeErrorCode;

  constructor(code: DecodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
