/** The reason of a refusal, for counting. */
import type { SignRefusal } from '../threads/types.ts';

/** The name, code and message of whatever was thrown. */
export function reasonOf(error: unknown): SignRefusal {
  if (typeof error !== 'object' || error === null) return { name: typeof error, message: String(error) };
  const { name, message, cause } = error as { name?: unknown; message?: unknown; cause?: unknown };
  const code = codeOf(error) ?? codeOf(cause);
  return {
    name: typeof name === 'string' ? name : 'Error',
    ...(code !== undefined && { code }),
    message: String(message),
  };
}

/** A DOMException's code is a number that says no more than its name. */
function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | undefined | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
