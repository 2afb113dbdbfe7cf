/**
 * Chromium drops the virtual authenticators of a page when any session on that page ends, whoever had it, and tells those who made
 * them nothing: the next command says so.
 */
const LOST =
  /Virtual Authenticator Environment has not been enabled|Could not find a Virtual Authenticator matching the ID/;

/** Whether an error says that a page's virtual authenticators are not there any more. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && LOST.test(error.message);
}
