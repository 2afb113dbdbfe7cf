/**
 * A finding is what comes twice, in sessions of its own, while honest ceremonies pass before and after. What comes once is asked again:
 * networks and servers have bad moments, and a bad moment is no finding.
 */
import { type Fault, summaryOf } from '../fault.ts';
import type { FaultResult } from '../verdict.ts';
import { control } from './control.ts';
import { judge } from './judge.ts';
import type { PlayOptions } from './play.ts';

/** How often a fault is played until two plays agree. */
const MOST_PLAYS = 4;
/** How often an honest ceremony is tried before the target is given up, and milliseconds before each. */
const PATIENCE: readonly number[] = [0, 500, 2_000, 5_000];

export interface Confirmed {
  readonly result: FaultResult;
  /** Why the target is lost: after this fault, honest ceremonies do not pass any more. */
  readonly lost?: string;
}

/** Whether a verdict has to come twice. */
function doubtful({ finding, verdict, reason }: FaultResult): boolean {
  return finding || (verdict === 'not-applicable' && reason?.includes('which comes before it') === true);
}

/** @param first what the first play came to */
export async function confirmed(fault: Fault, first: FaultResult, options: PlayOptions): Promise<Confirmed> {
  if (!doubtful(first)) return { result: first };
  const { whoAmI } = options.target.traits;
  const again = { ...options, ...(whoAmI === true && { watching: true }) };
  const plays = [first];
  while (plays.length < MOST_PLAYS) {
    const reason = await honest(options);
    if (reason !== undefined) return { result: plays.at(-1) as FaultResult, lost: reason };
    if (fault.once && first.verdict === 'accepted') return { result: first };
    const next = await judge(fault, again);
    const same = plays.find((one) => agrees(one, next));
    plays.push(next);
    if (same === undefined) continue;
    const lost = next.finding ? await honest(options) : undefined;
    const milliseconds = plays.reduce((sum, play) => sum + play.milliseconds, 0);
    // The later one was watched, and saw more.
    return { result: { ...next, milliseconds }, ...(lost !== undefined && { lost }) };
  }
  return { result: unsteady(fault, plays) };
}

function agrees(one: FaultResult, other: FaultResult): boolean {
  return one.verdict === other.verdict && (one.verdict !== 'error' || one.breakage === other.breakage);
}

function unsteady(fault: Fault, plays: readonly FaultResult[]): FaultResult {
  return {
    fault: summaryOf(fault),
    verdict: 'not-applicable',
    finding: false,
    reason: `the target does not do the same twice: ${plays.map(({ verdict }) => verdict).join(', ')}`,
    milliseconds: plays.reduce((sum, play) => sum + play.milliseconds, 0),
  };
}

/** Why honest ceremonies do not pass, however often they are tried; undefined where they do. */
export async function honest(options: PlayOptions): Promise<string | undefined> {
  let reason: string | undefined;
  for (const wait of PATIENCE) {
    if (wait > 0) await options.limits.wait(wait);
    const tried = await control(options);
    if (tried.passed) return undefined;
    reason = tried.reason;
    if (tried.final) break;
  }
  return reason;
}
