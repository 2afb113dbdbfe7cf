/** What an audit comes to: plain data, from which every report is made. */
import type { FaultSummary, Severity } from './fault.ts';

/**
 * What the server did with one fault. `rejected` and `accepted` are its own words; `error` is an answer that is neither: a
 * status of 500 or above, a hang, a broken connection, something that cannot be read; `not-applicable` was not tried, or
 * would have proved nothing.
 */
export type Verdict = 'rejected' | 'accepted' | 'error' | 'not-applicable';

export interface FaultResult {
  readonly fault: FaultSummary;
  readonly verdict: Verdict;
  /**
   * Whether the server is at fault: it let an attack in, refused what it has to accept, or came to grief. An observation is
   * none, unless the server came to grief over it.
   */
  readonly finding: boolean;
  /** Why it does not apply, or what went wrong; for the others the server's own words, where it had any. */
  readonly reason?: string;
  /** HTTP status of the answer that decided it. */
  readonly status?: number;
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

/** What was audited. */
export interface AuditedTarget {
  /** For people: a URL, a file's `name`, "callbacks". */
  readonly name: string;
  readonly kind: 'conformance' | 'callbacks' | 'description' | 'page' | (string & {});
  /** Absent for what is not reached over a network. */
  readonly url?: string;
  /** Whether it is this machine or this process. If not, somebody has said that they may. */
  readonly loopback: boolean;
  readonly origin: string;
}

/**
 * `complete`: every fault has its verdict, and honest ceremonies passed before and after. `inconclusive`: an honest ceremony
 * did not pass. `interrupted`: it was ended, or the target was lost, and what is missing was not tried.
 */
export type AuditOutcome = 'complete' | 'inconclusive' | 'interrupted';

export interface AuditResult {
  /** Of this shape. */
  readonly version: 1;
  /** Which catalogue: a verdict means the same only in the same catalogue. */
  readonly catalogue: string;
  readonly target: AuditedTarget;
  readonly outcome: AuditOutcome;
  /** Why it is not `complete`. */
  readonly reason?: string;
  readonly controls: readonly ControlResult[];
  /** In the catalogue's order; only those that were to be tried and were. */
  readonly results: readonly FaultResult[];
  /** IDs of faults that were to be tried and were not. */
  readonly notTried: readonly string[];
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
    .toSorted((a, b) => order.indexOf(a.fault.severity) - order.indexOf(b.fault.severity));
}
