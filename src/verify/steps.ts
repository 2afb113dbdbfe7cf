/** What is told of each check: which step of WebAuthn Level 3 it belongs to, and what became of it. */
import { type CeremonyKind, sectionUrl, stepUrl } from '../webauthn/steps.ts';

/** What became of one check. */
export interface VerificationStep {
  /** Of the step in section 7.1 or 7.2. */
  readonly number: number;
  /** The guard's name: `registration.challenge`. */
  readonly name: string;
  readonly title: string;
  /** Where the specification says it. */
  readonly url: string;
  /** `skipped`: switched off, or there was nothing to check. `not-reached`: an earlier one failed. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'not-reached';
  /** Of a failed step. */
  readonly expected?: string;
  /** Of a failed step. */
  readonly got?: string;
}

/** Where a step is written, or the section that says more. */
export function urlOf(kind: CeremonyKind, step: number, section?: string): string {
  return section === undefined ? stepUrl(kind, step) : sectionUrl(section);
}
