/** What the crypto floor throws for keys and messages that are not what they should be. */
export type CryptoErrorCode =
  | 'unsupported-algorithm'
  | 'unsupported-format'
  | 'bad-key'
  | 'invalid-public-key'
  | 'decryption-failed';

/** Thrown by the crypto floor. `field` names the part that is wrong, where there is one. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;
  readonly field: string | undefined;

  constructor(
    code: CryptoErrorCode,
    message: string,
    options: ErrorOptions & { readonly field?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    this.field = options.field;
  }
}
