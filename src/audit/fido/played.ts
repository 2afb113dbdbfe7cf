/** What FIDO's tests came to, by the verdicts on the faults that play them. */
import type { AuditResult, FaultResult, PlayedTest } from '../verdict.ts';
import { authenticationTests } from './authentication.ts';
import type { PublishedTest } from './published.ts';
import { registrationTests } from './registration.ts';

/** All of the list, in its order. */
export const publishedTests: readonly PublishedTest[] = [...registrationTests, ...authenticationTests];

/** IDs of the faults that play them. */
export const faultsOfTests: ReadonlySet<string> = new Set(
  publishedTests.flatMap(({ faults }) => faults.filter((id) => id !== 'honest')),
);

/** The tests of a result. One of several faults has failed where one of them did, and was played where one of them was. */
export function playedTests(result: Pick<AuditResult, 'results' | 'controls'>): PlayedTest[] {
  const byId = new Map(result.results.map((one) => [one.fault.id, one]));
  return publishedTests.map((test) => {
    const { id, says, faults, beyond, optional } = test;
    const common = {
      id,
      says,
      faults,
      ...(beyond !== undefined && { beyond }),
      ...(optional && { optional }),
    };
    if (faults.includes('honest')) {
      const passed = result.controls.length > 0 && result.controls.every((one) => one.passed);
      return { ...common, outcome: passed ? 'passed' : 'failed' };
    }
    const results = faults.map((fault) => byId.get(fault));
    const failed = results.find((one) => one !== undefined && fails(one, test));
    if (failed !== undefined) return { ...common, outcome: 'failed', reason: wordsOf(failed) };
    if (results.some((one) => one?.verdict === test.expects)) return { ...common, outcome: 'passed' };
    const reason = test.without ?? results.find((one) => one !== undefined)?.reason ?? 'it was not tried';
    return { ...common, outcome: 'not-played', reason };
  });
}

function fails({ verdict }: FaultResult, { expects }: PublishedTest): boolean {
  return verdict === 'error' || (verdict !== expects && (verdict === 'accepted' || verdict === 'rejected'));
}

function wordsOf({ fault, verdict, reason }: FaultResult): string {
  return `${fault.id} was ${verdict === 'error' ? 'answered with an error' : verdict}${reason === undefined ? '' : `: ${reason}`}`;
}
