/**
 * A check of a relying party, by name. Each stands alone: with one switched off, its violation has no consequence at all, and the
 * others go on with whatever can be read.
 */

/** What a check found wrong. */
export interface Finding {
  readonly expected: string;
  readonly got: string;
}

/** What a check says: nothing wrong, something wrong, or that there was nothing to check. */
export type Verdict = Finding | undefined | 'skipped';

/** One check. */
export interface Guard<Context> {
  /** Its name behind the ceremony's: `challenge`, `attestation.packed.signature`. */
  readonly name: string;
  /** The numbered step of WebAuthn Level 3 section 7.1 or 7.2 that it belongs to. */
  readonly step: number;
  /** What it checks, as a statement that holds when it passes. */
  readonly title: string;
  /** The anchor of a section of WebAuthn Level 3, where that says more than the step does. */
  readonly section?: string;
  /** The attestation statement format it is for. It is left out where no statement has that format. */
  readonly fmt?: string;
  run(context: Context): Verdict | Promise<Verdict>;
}

/**
 * Thrown by what reads a response when the part asked for is not there. It names the guard that sees to it that it is: when that guard
 * is on, it has failed; when it is off, whatever needs the part is skipped.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly guard: string;

  constructor(guard: string) {
    super(`unreadable: ${guard}`);
    this.guard = guard;
  }
}

/** What was found, where something else was expected. */
export function unless(holds: boolean, expected: string, got: () => string): Finding | undefined {
  return holds ? undefined : { expected, got: got() };
}

const LONGEST = 160;

/** JSON of what may be too deep for it. */
function spelled(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** A value for people: JSON, cut where it gets long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = spelled(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
