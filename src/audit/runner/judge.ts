/** From what happened to a verdict. */
import { messageOf } from '../../base/message-of.ts';
import type { Breakage, Exchange } from '../exchange.ts';
import { type Fault, NotApplicable, summaryOf } from '../fault.ts';
import type { Answer } from '../targets/target.ts';
import type { Effect, FaultResult, Verdict } from '../verdict.ts';
import { Unexpected } from './actor.ts';
import { wordsOf } from './parts.ts';
import { Play, type PlayOptions } from './play.ts';
import { scenes } from './scenes.ts';
import { seen, severity } from './severity.ts';

/** Plays one fault, and judges it. @throws the audit's abort reason */
export async function judge(fault: Fault, options: PlayOptions): Promise<FaultResult> {
  const { clock } = options.limits;
  const started = clock.now();
  const { exchange, effect, ...judged } = await outcomeOf(fault, options);
  const { verdict } = judged;
  const finding =
    verdict === 'error' ||
    (verdict === 'accepted' && fault.kind === 'attack') ||
    (verdict === 'rejected' && fault.kind === 'control');
  const result = { fault: summaryOf(fault), ...judged, finding, ...(effect && { effect }) };
  const watched = options.target.traits.whoAmI === true;
  return {
    ...result,
    ...(finding && {
      severity: severity(result, watched),
      seen: seen(result, watched),
      ...(exchange && { exchange }),
    }),
    milliseconds: clock.now() - started,
  };
}

interface Judged {
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly status?: number;
  readonly breakage?: Breakage;
  readonly exchange?: Exchange;
  readonly effect?: Effect;
}

async function outcomeOf(fault: Fault, options: PlayOptions): Promise<Judged> {
  const unfit = unfitFor(fault, options);
  if (unfit !== undefined) return { verdict: 'not-applicable', reason: unfit };
  const play = new Play(fault, options);
  try {
    const judged = verdictOf(await scenes[fault.scene ?? 'single'](play));
    if (judged.verdict !== 'accepted' || fault.kind !== 'attack') return judged;
    const effect = meant(fault, await play.watch?.effect());
    return { ...judged, ...(effect && { effect }) };
  } catch (error) {
    if (options.limits.aborted) throw error;
    if (error instanceof NotApplicable) return { verdict: 'not-applicable', reason: error.message };
    if (error instanceof Unexpected) return unexpected(fault, error);
    // Our own client, in an honest step: the server asks for what this device cannot do.
    if (error instanceof DOMException)
      return { verdict: 'not-applicable', reason: `an honest client refuses: ${causeOf(error)}` };
    // A fault that cannot be made is a bug of ours, and must not cost what the others have shown.
    return { verdict: 'broken', reason: messageOf(error) };
  } finally {
    await play.end();
  }
}

/** A signature that is spelled differently is the key's all the same. */
function meant({ subject, severity }: Fault, effect: Effect | undefined): Effect | undefined {
  return effect === 'takeover' && subject === 'signature' && severity !== 'critical' ? 'owner' : effect;
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
  if (needs.includes('named-sign-in') && traits.named === false)
    return 'sign-in does not name the account: no request for options has {username}';
  if (needs.includes('who-am-i') && traits.whoAmI !== true)
    return 'the target cannot say who is signed in (whoami)';
  if (needs.includes('trust') && traits.trustsAuthority !== true)
    return "it is not said that the target trusts the audit's attestation authority, and no other";
  if (needs.includes('metadata') && traits.metadata !== true)
    return 'it is not said that the target has loaded the metadata on trial (stuntkey mds trial)';
  if (traits.framed === true && (subject === 'cross-origin' || subject === 'top-origin'))
    return 'it is said that the target expects to be framed';
  return undefined;
}

function verdictOf(answer: Answer): Judged {
  if (answer.kind === 'abandoned') {
    // In the end nothing could be sent, because nothing was wanted that is there: it was not let in.
    return { verdict: 'rejected', reason: 'the target does not ask for the credential' };
  }
  const { status, message, exchange } = answer;
  const told = {
    ...(message !== undefined && { reason: message }),
    ...(status !== undefined && { status }),
    ...(exchange !== undefined && { exchange }),
  };
  switch (answer.kind) {
    case 'accepted':
    case 'rejected':
      return { verdict: answer.kind, ...told };
    case 'error':
      return { verdict: 'error', ...told, breakage: answer.cause ?? 'unreadable' };
    case 'no-options':
      return { verdict: 'not-applicable', reason: `the target gives no options: ${wordsOf(answer)}` };
    case 'busy':
    case 'not-begun':
      return { verdict: 'not-applicable', reason: wordsOf(answer) };
  }
}

function unexpected(fault: Fault, { message, answer }: Unexpected): Judged {
  const reason = `${message}, which comes before it, did not pass: ${wordsOf(answer)}`;
  // An answer that is lost on the way before the fault is not the fault's doing.
  const lost = answer.kind === 'error' && (answer.cause === 'hang' || answer.cause === 'drop');
  if (answer.kind === 'error' && !lost)
    return {
      verdict: 'error',
      reason,
      breakage: answer.cause ?? 'unreadable',
      ...(answer.exchange && { exchange: answer.exchange }),
    };
  // A control is an honest ceremony throughout.
  if (answer.kind === 'rejected' && fault.kind === 'control')
    return { verdict: 'rejected', reason, ...(answer.exchange && { exchange: answer.exchange }) };
  return { verdict: 'not-applicable', reason };
}
