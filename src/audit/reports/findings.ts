/** What a report is about: what to say of each fault, and of the whole. */
import { type Severity, severities } from '../fault.ts';
import { type AuditResult, type FaultResult, findingsOf, type Verdict } from '../verdict.ts';

/** What is wrong with the server, the worst first. */
export function findings(result: AuditResult): FaultResult[] {
  return findingsOf(result, severities);
}

/** What the specification leaves to the server, and what this one does about it. */
export function observations({ results }: AuditResult): FaultResult[] {
  return results.filter(
    ({ fault, verdict }) =>
      fault.kind === 'observation' && (verdict === 'accepted' || verdict === 'rejected'),
  );
}

/** Whether a severity is at least another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(least);
}

/** What the server did, in a few words. */
export function deed({ fault, verdict }: FaultResult): string {
  if (verdict === 'error') return 'broke over it';
  if (fault.kind === 'control')
    return verdict === 'rejected' ? 'refused what is right' : 'accepted what is right';
  return verdict === 'accepted' ? 'accepted it' : 'refused it';
}

/** How many of each verdict. */
export function counts({ results }: AuditResult): Record<Verdict, number> {
  const all = { rejected: 0, accepted: 0, error: 0, 'not-applicable': 0, broken: 0 };
  for (const { verdict } of results) all[verdict] += 1;
  return all;
}

/** How long each subject took, the longest first: the requests of its faults, milliseconds. */
export function timesOf({
  results,
}: Pick<AuditResult, 'results'>): [subject: string, milliseconds: number][] {
  const times = new Map<string, number>();
  for (const { fault, milliseconds } of results)
    times.set(fault.subject, (times.get(fault.subject) ?? 0) + milliseconds);
  return [...times].sort(([, a], [, b]) => b - a);
}

/** Seconds for a reader. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A step as a reader looks it up: `7.2, step 21`. */
export function place({ fault: { step } }: FaultResult): string {
  return step.number === undefined ? step.section : `${step.section}, step ${step.number}`;
}

/** One sentence for the whole. */
export function conclusion(result: AuditResult): string {
  if (result.outcome === 'inconclusive') return `no verdict: ${result.reason}`;
  const found = findings(result).length;
  const tried = `${result.results.length} ${result.results.length === 1 ? 'fault' : 'faults'}`;
  const many =
    found === 0 ? `no finding in ${tried}` : `${found} ${found === 1 ? 'finding' : 'findings'} in ${tried}`;
  if (result.outcome === 'complete') return many;
  if (result.outcome === 'broken') return `${many}; ${result.reason}`;
  return `${many}, and ${result.notTried.length} were not tried: ${result.reason}`;
}

/** What has to be known of how findings were judged; undefined where nothing has. */
export function caveat({ byEffect, results }: AuditResult): string | undefined {
  if (byEffect || !results.some(({ finding }) => finding)) return undefined;
  return 'Who was signed in is not known: without whoami, no finding is more than high.';
}
