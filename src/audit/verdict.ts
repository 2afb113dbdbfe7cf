/** What an audit comes to: plain data, from which every report is made. */
import type { Breakage, Exchange } from './exchange.ts';
import type { FaultSummary, Severity } from './fault.ts';

/**
 * What the server did with one fault. `rejected` and `accepted` are its own words; `error` is an answer that is neither: a
 * status of 500 or above, a hang, a broken connection, something that cannot be read; `not-applicable` was not tried, or
 * would have proved nothing; `broken` is a fault that the audit itself could not make, which is a bug of the audit.
 */
export type Verdict = 'rejected' | 'accepted' | 'error' | 'not-applicable' | 'broken';

/**
 * Which account the session is in after a yes, where the target can say it. `takeover`: an account whose key was not used. `owner`:
 * the account of the key that was used. `nobody`: no account; the server said yes, but signed no one in.
 */
export type Effect = 'takeover' | 'owner' | 'nobody';

/** What a server did about one fault. */
export interface FaultResult {
  readonly fault: FaultSummary;
  readonly verdict: Verdict;
  /**
   * Whether the server is at fault: it let an attack in, refused what it has to accept, or broke; and it did so twice, while
   * honest ceremonies passed. An observation is none, unless the server broke over it.
   */
  readonly finding: boolean;
  /** How bad a finding is, by what was seen. */
  readonly severity?: Severity;
  /** What was seen, as a sentence; of findings. */
  readonly seen?: string;
  /** Whom the server took the audit for; of findings, where the target can say. */
  readonly effect?: Effect;
  /** How the server broke. */
  readonly breakage?: Breakage;
  /** Why it does not apply, or what went wrong; for the others the server's own words, where it had any. */
  readonly reason?: string;
  /** HTTP status of the answer that decided it. */
  readonly status?: number;
  /** The request and the answer that show it; of findings. */
  readonly exchange?: Exchange;
  /** How long all of its requests took, milliseconds. */
  readonly milliseconds: number;
}

/** An honest registration and sign-in: without them no verdict means anything. */
export interface ControlResult {
  readonly when: 'before' | 'after';
  readonly passed: boolean;
  /** What went wrong. */
  readonly reason?: string;
}

/** What one of FIDO's tests of servers came to. */
export interface PlayedTest {
  /** As FIDO has published it. */
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'not-played';
  /** What was sent, or looked at. */
  readonly says: string;
  /** IDs of the faults that played it. */
  readonly faults: readonly string[];
  /** What failed it, or why it was not played. */
  readonly reason?: string;
  /** How it asks for what WebAuthn Level 3 does not. */
  readonly beyond?: string;
  readonly optional?: boolean;
}

/** What was audited. */
export interface AuditedTarget {
  /** For people: a URL, a file's `name`, "callbacks". */
  readonly name: string;
  readonly kind: 'conformance' | 'callbacks' | 'description' | 'page' | (string & {});
  /** Absent for what is not reached over a network. */
  readonly url?: string;
  /** Whether it is this machine or this process. If it is not, the caller said that the audit is allowed. */
  readonly loopback: boolean;
  readonly origin: string;
}

/**
 * `complete`: every fault has its verdict, and honest ceremonies passed before and after. `inconclusive`: an honest ceremony
 * did not pass. `interrupted`: it was ended, or the target was lost, and what is missing was not tried. `broken`: faults broke
 * inside the audit, which is a bug of its own: nothing is known of them.
 */
export type AuditOutcome = 'complete' | 'inconclusive' | 'interrupted' | 'broken';

/** What an audit found: JSON, by the schema `stuntkey/schemas/audit-result.schema.json`. */
export interface AuditResult {
  /** Of this shape. */
  readonly version: 1;
  /** Which catalogue: a verdict means the same only in the same catalogue. */
  readonly catalogue: string;
  readonly target: AuditedTarget;
  readonly outcome: AuditOutcome;
  /** Why it is not `complete`. */
  readonly reason?: string;
  /** Whether the target said who is signed in: else answers are believed, and no finding is critical. */
  readonly byEffect: boolean;
  readonly controls: readonly ControlResult[];
  /** In the catalogue's order; only those that were to be tried and were. */
  readonly results: readonly FaultResult[];
  /** IDs of faults that were to be tried and were not. */
  readonly notTried: readonly string[];
  /** FIDO's tests, where the audit was to play them. */
  readonly tests?: readonly PlayedTest[];
  /** Time of day when it began, milliseconds since 1970. */
  readonly startedAt: number;
  /** How long it took, milliseconds. */
  readonly milliseconds: number;
}

/** What is so far known, to go on from later: JSON. */
export interface AuditState {
  readonly version: 1;
  readonly catalogue: string;
  /** The target's name and origin: a state of another target is refused. */
  readonly target: string;
  readonly results: readonly FaultResult[];
}

/** The findings of a result, the worst first, and in the catalogue's order where they are as bad. */
export function findingsOf(result: Pick<AuditResult, 'results'>, order: readonly Severity[]): FaultResult[] {
  return result.results
    .filter(({ finding }) => finding)
    .toSorted((a, b) => order.indexOf(severityOf(a)) - order.indexOf(severityOf(b)));
}

/** How bad a result is: as it was seen, or else as the catalogue has it. */
export function severityOf({ severity, fault }: Pick<FaultResult, 'severity' | 'fault'>): Severity {
  return severity ?? fault.severity;
}
