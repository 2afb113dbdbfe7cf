/**
 * A check of a relying party, by name. Each works alone: with one switched off, its violation has no consequence at all, and the
 * others go on with everything that can be read.
 */

/** The finding of a check that failed. */
export interface Finding {
  readonly expected: string;
  readonly got: string;
}

/** The result of a check: passed (undefined), a finding, or nothing to check. */
export type Verdict = Finding | undefined | 'skipped';

/** One check. */
export interface Guard<Context> {
  /** Its name after the ceremony's: `challenge`, `attestation.packed.signature`. */
  readonly name: string;
  /** The numbered step of WebAuthn Level 3 section 7.1 or 7.2 that it belongs to. */
  readonly step: number;
  /** What it checks, as a statement that holds when it passes. */
  readonly title: string;
  /** The anchor of a section of WebAuthn Level 3, if that says more than the step does. */
  readonly section?: string;
  /** The attestation statement format it is for. It is left out where no statement has that format. */
  readonly fmt?: string;
  run(context: Context): Verdict | Promise<Verdict>;
}

/**
 * Thrown when a response is read and the needed part is not there. It names the guard that checks for the part: when that guard
 * is on, it has failed; when it is off, checks that need the part are skipped.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly guard: string;

  constructor(guard: string) {
    super(`unreadable: ${guard}`);
    this.guard = guard;
  }
}

/** A finding, unless the check holds. */
export function unless(holds: boolean, expected: string, got: () => string): Finding | undefined {
  return holds ? undefined : { expected, got: got() };
}

const LONGEST = 160;

/** JSON of a value that may be too deep for JSON. */
function spelled(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** A value for people: JSON, shortened. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = spelled(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
