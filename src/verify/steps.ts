/** The report of each check: which step of WebAuthn Level 3 it belongs to, and how it ended. */
import { type CeremonyKind, sectionUrl, stepUrl } from '../webauthn/steps.ts';

/** The result of one check. */
export interface VerificationStep {
  /** The number of the step in section 7.1 or 7.2. */
  readonly number: number;
  /** The guard's name: `registration.challenge`. */
  readonly name: string;
  readonly title: string;
  /** The place in the specification. */
  readonly url: string;
  /** `skipped`: switched off, or there was nothing to check. `not-reached`: an earlier one failed. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'not-reached';
  /** For a failed step. */
  readonly expected?: string;
  /** For a failed step. */
  readonly got?: string;
}

/** The URL of a step, or of the section that says more. */
export function urlOf(kind: CeremonyKind, step: number, section?: string): string {
  return section === undefined ? stepUrl(kind, step) : sectionUrl(section);
}
