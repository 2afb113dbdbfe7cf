/** Thrown for misuse of the API: what was wrong, and where. */
export class StuntkeyError extends Error {
  override readonly name = 'StuntkeyError';
  /** Stable, for programs. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
