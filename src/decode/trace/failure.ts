/** Reads what was thrown, as far as possible: devices may throw anything. */

/** Members that some errors have. */
export interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly status?: unknown;
  /** The step that an error names itself. */
  readonly step?: unknown;
  /** What to do, where an error says that itself. */
  readonly wayOut?: unknown;
  /** What an AggregateError is about. */
  readonly errors?: unknown;
}

/** The members of what was thrown; none if it has none, or if they cannot be read. */
export function failureOf(thing: unknown): Failure {
  if (typeof thing !== 'object' || thing === null) return {};
  try {
    const { name, message, cause, status, step, wayOut, errors } = thing as Failure;
    return { name, message, cause, status, step, wayOut, errors };
  } catch {
    return {};
  }
}

/**
 * Whether a page may get it as it is: a DOMException, or a TypeError of Web IDL's conversions. Such an error often says as little as it may, and has
 * the reason in its cause.
 */
export function isForPages(thing: unknown): boolean {
  try {
    return thing instanceof DOMException || (thing instanceof TypeError && thing.cause !== undefined);
  } catch {
    return false;
  }
}

/** What was thrown as a text, for people. */
export function textOf(thing: unknown): string {
  try {
    return String(thing);
  } catch {
    return Object.prototype.toString.call(thing);
  }
}
