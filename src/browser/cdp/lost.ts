/**
 * Chromium drops the virtual authenticators of a page when any session on that page ends, whichever session made them, and does not
 * report it: the next command fails.
 */
const LOST =
  /Virtual Authenticator Environment has not been enabled|Could not find a Virtual Authenticator matching the ID/;

/** Whether an error says that a page's virtual authenticators are gone. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && LOST.test(error.message);
}
