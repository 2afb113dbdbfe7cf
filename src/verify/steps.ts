/** The steps of WebAuthn Level 3 sections 7.1 and 7.2, numbered as the list items of the specification's source are. */
import type { CeremonyKind } from './guard.ts';

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

const SPECIFICATION = 'https://www.w3.org/TR/webauthn-3/';

const SECTIONS: Readonly<Record<CeremonyKind, string>> = {
  registration: 'sctn-registering-a-new-credential',
  authentication: 'sctn-verifying-assertion',
};

/** Steps that have an anchor of their own. */
const ANCHORS: Readonly<Record<CeremonyKind, Readonly<Record<number, string>>>> = {
  registration: {
    9: 'rp-op-registering-a-new-credential-step-origin',
    22: 'reg-ceremony-verify-attestation',
    23: 'reg-ceremony-attestation-trust-anchors',
    24: 'reg-ceremony-assess-trust',
    27: 'reg-ceremony-create-credential-record',
    28: 'reg-ceremony-verify-extension-outputs',
  },
  authentication: {
    12: 'rp-op-verifying-assertion-step-origin',
    15: 'rp-op-verifying-assertion-step-rpid-hash',
    23: 'authn-ceremony-verify-extension-outputs',
    24: 'authn-ceremony-update-credential-record',
  },
};

/** Where a step is written, or the section that says more. */
export function urlOf(kind: CeremonyKind, step: number, section?: string): string {
  return `${SPECIFICATION}#${section ?? ANCHORS[kind][step] ?? SECTIONS[kind]}`;
}
