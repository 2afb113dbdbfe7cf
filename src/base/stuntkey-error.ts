/**
 * Every code there is, and what it blames: what was given (`input`), what is not there or is there already (`missing`,
 * `exists`), or the state of things (`state`). Exit codes and HTTP statuses follow from that; docs/errors.md says when each is
 * thrown, and what to do.
 */
export const stuntkeyErrorKinds = {
  'already-attached': 'state',
  'already-installed': 'state',
  'bad-authority': 'input',
  'bad-baseline': 'input',
  'bad-capture': 'input',
  'bad-credential': 'input',
  'bad-expectation': 'input',
  'bad-index': 'input',
  'bad-key': 'input',
  'bad-options': 'input',
  'bad-origin': 'input',
  'bad-policy': 'input',
  'bad-response': 'input',
  'bad-script': 'input',
  'bad-state': 'input',
  'bad-target': 'input',
  'bad-trace': 'input',
  'cannot-install': 'state',
  'credential-exists': 'exists',
  'fault-not-applicable': 'state',
  'key-exists': 'exists',
  'mode-cannot': 'state',
  'no-room': 'exists',
  'no-such-credential': 'missing',
  'no-test': 'state',
  'no-threads': 'state',
  'not-authorized': 'state',
  'not-closed': 'state',
  'not-portable': 'input',
  'store-closed': 'state',
  'store-damaged': 'state',
  'store-exists': 'exists',
  'store-failed': 'state',
  'store-full': 'state',
  'store-locked': 'state',
  'store-missing': 'missing',
  'store-needs-lmdb': 'state',
  'store-passphrase': 'state',
  'store-read-only': 'state',
  'store-version': 'state',
  'thread-lost': 'state',
  'unknown-check': 'input',
  'unknown-fault': 'input',
  'unknown-format': 'input',
} as const;

/** The code of a {@link StuntkeyError}: stable, for programs. */
export type StuntkeyErrorCode = keyof typeof stuntkeyErrorKinds;

/** What a code blames. */
export type StuntkeyErrorKind = (typeof stuntkeyErrorKinds)[StuntkeyErrorCode];

/**
 * Thrown for misuse of the API: what was wrong, where, and what is allowed. docs/errors.md lists the codes.
 *
 * @example
 * ```js
 * import { Authenticator, StuntkeyError } from 'stuntkey';
 * try {
 *   new Authenticator({ polcy: {} });
 * } catch (error) {
 *   console.log(error instanceof StuntkeyError, error.code); // true bad-options
 * }
 * ```
 */
export class StuntkeyError extends Error {
  override readonly name = 'StuntkeyError';
  readonly code: StuntkeyErrorCode;

  constructor(code: StuntkeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
