/** From what happened to a verdict. */
import { type Fault, NotApplicable, summaryOf } from '../fault.ts';
import type { Answer } from '../targets/target.ts';
import type { FaultResult, Verdict } from '../verdict.ts';
import { Unexpected } from './actor.ts';
import { Play, type PlayOptions } from './play.ts';
import { scenes, wordsOf } from './scenes.ts';

/** Plays one fault, and judges it. @throws the audit's abort reason */
export async function judge(fault: Fault, options: PlayOptions): Promise<FaultResult> {
  const { clock } = options.limits;
  const started = clock.now();
  const judged = await outcomeOf(fault, options);
  const { verdict } = judged;
  return {
    fault: summaryOf(fault),
    ...judged,
    finding:
      verdict === 'error' ||
      (verdict === 'accepted' && fault.kind === 'attack') ||
      (verdict === 'rejected' && fault.kind === 'control'),
    milliseconds: clock.now() - started,
  };
}

interface Judged {
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly status?: number;
}

async function outcomeOf(fault: Fault, options: PlayOptions): Promise<Judged> {
  const unfit = unfitFor(fault, options);
  if (unfit !== undefined) return { verdict: 'not-applicable', reason: unfit };
  const play = new Play(fault, options);
  try {
    return verdictOf(await scenes[fault.scene ?? 'single'](play));
  } catch (error) {
    if (error instanceof NotApplicable) return { verdict: 'not-applicable', reason: error.message };
    if (error instanceof Unexpected) return unexpected(fault, error);
    // Our own client, in an honest step: the server asks for what this device cannot do.
    if (error instanceof DOMException)
      return { verdict: 'not-applicable', reason: `an honest client refuses: ${causeOf(error)}` };
    if (options.limits.aborted) throw error;
    // A fault that cannot be made is ours, and must not cost what the others have shown.
    return {
      verdict: 'not-applicable',
      reason: `the audit itself failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    await play.end();
  }
}

function causeOf(error: DOMException): string {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message : error.message;
}

/** Why a fault proves nothing about this target, as far as that is known before. */
function unfitFor({ needs, subject }: Fault, { target }: PlayOptions): string | undefined {
  const { traits } = target;
  if (needs.includes('json') && traits.json === false)
    return 'a page can only hand in what a PublicKeyCredential can be';
  if (needs.includes('trust') && traits.trustsAuthority !== true)
    return "it is not said that the target trusts the audit's attestation authority, and no other";
  if (traits.framed === true && (subject === 'cross-origin' || subject === 'top-origin'))
    return 'it is said that the target expects to be framed';
  return undefined;
}

function verdictOf(answer: Answer): Judged {
  switch (answer.kind) {
    case 'accepted':
    case 'rejected':
      return {
        verdict: answer.kind,
        ...(answer.message !== undefined && { reason: answer.message }),
        ...(answer.status !== undefined && { status: answer.status }),
      };
    case 'error':
      return {
        verdict: 'error',
        reason: answer.message,
        ...(answer.status !== undefined && { status: answer.status }),
      };
    case 'no-options':
      return { verdict: 'not-applicable', reason: `the target gives no options: ${wordsOf(answer)}` };
    case 'abandoned':
      // In the end nothing could be sent, because nothing was wanted that is there: it was not let in.
      return { verdict: 'rejected', reason: 'the target does not ask for the credential' };
  }
}

function unexpected(fault: Fault, { message, answer }: Unexpected): Judged {
  const reason = `${message}, which comes before it, did not pass: ${wordsOf(answer)}`;
  if (answer.kind === 'error') return { verdict: 'error', reason };
  // A control is an honest ceremony throughout.
  if (answer.kind === 'rejected' && fault.kind === 'control') return { verdict: 'rejected', reason };
  return { verdict: 'not-applicable', reason };
}
