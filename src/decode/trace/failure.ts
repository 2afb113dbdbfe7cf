/** What was thrown, as far as it can be read: devices throw anything. */

/** Members that errors have, here or there. */
export interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly status?: unknown;
  /** Where an error says itself what step it is about. */
  readonly step?: unknown;
}

/** The members of what was thrown; none for what has none, or does not let them be read. */
export function failureOf(thing: unknown): Failure {
  if (typeof thing !== 'object' || thing === null) return {};
  try {
    const { name, message, cause, status, step } = thing as Failure;
    return { name, message, cause, status, step };
  } catch {
    return {};
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
