/** The errors a page sees, with what a page must not see (the step and the device's status) as their `cause`. */

/** Names of the DOMExceptions that WebAuthn uses. */
export type WebAuthnErrorName =
  | 'AbortError'
  | 'ConstraintError'
  | 'EncodingError'
  | 'InvalidStateError'
  | 'NotAllowedError'
  | 'NotSupportedError'
  | 'SecurityError'
  | 'SyntaxError'
  | 'UnknownError';

/**
 * A DOMException as WebAuthn throws it.
 *
 * @param cause what led to it, for debugging: an error, or several
 */
export function webAuthnError(name: WebAuthnErrorName, message: string, cause?: unknown): DOMException {
  const error = new DOMException(message, name);
  if (cause !== undefined)
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  return error;
}

/**
 * The one end of a ceremony that tells the page nothing: the page may not learn whether there was no credential, no person, or a
 * refusal.
 */
export function notAllowed(cause: unknown): DOMException {
  return webAuthnError('NotAllowedError', 'The operation either timed out or was not allowed.', cause);
}
