/** The errors that `crypto` throws for keys and messages that are not what they should be. */
export type CryptoErrorCode =
  /** The algorithm is unknown, or this runtime has no engine for it. */
  | 'unsupported-algorithm'
  /** A well-formed document in a form that is not read here. */
  | 'unsupported-format'
  /** A key that is malformed, of another kind, or whose parts do not fit each other. */
  | 'bad-key'
  /** A public key of the right length that is no point of its curve. */
  | 'invalid-public-key'
  /** Bytes of an impossible length. */
  | 'bad-length'
  /** A random source that keeps giving what cannot be used. */
  | 'bad-random'
  /** A ciphertext that was changed, or made with another key. */
  | 'decryption-failed';

/** What was wrong, for programs. Secrets never appear here, only their lengths. */
export interface CryptoErrorDetails extends ErrorOptions {
  readonly field?: string;
  readonly expected?: string;
  readonly got?: string;
}

/** Thrown by the crypto floor. `field` names the part that is wrong, where there is one. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  /** Stable, for programs. */
  readonly code: CryptoErrorCode;
  readonly field: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | undefined;

  constructor(code: CryptoErrorCode, message: string, details: CryptoErrorDetails = {}) {
    super(message, details);
    this.code = code;
    this.field = details.field;
    this.expected = details.expected;
    this.got = details.got;
  }
}

/** The error for a part of a key: "field: expected this, got that". */
export function badKey(
  field: string,
  expected: string,
  got: string,
  code: CryptoErrorCode = 'bad-key',
  cause?: unknown,
): CryptoError {
  return new CryptoError(code, `${field}: expected ${expected}, got ${got}`, {
    field,
    expected,
    got,
    ...(cause !== undefined && { cause }),
  });
}
