/** An honest registration and sign-in: what everything else is compared with. */
import { catalogue } from '../catalogue.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import { Unexpected } from './actor.ts';
import { wordsOf } from './parts.ts';
import { Play, type PlayOptions } from './play.ts';

interface Tried {
  readonly passed: boolean;
  /** Why it did not pass. */
  readonly reason?: string;
  /** Our own client refuses what the target asks for: the next one would, too. */
  readonly final?: true;
}

/** Plays it. Anything but two acceptances is a reason. */
export async function control(options: PlayOptions): Promise<Tried> {
  const play = new Play(HONEST, options);
  try {
    const actor = await play.actor();
    await actor.honestly('registration', {});
    await actor.honestly('authentication', {});
    return { passed: true };
  } catch (error) {
    if (options.limits.aborted) throw error;
    if (error instanceof Unexpected)
      return { passed: false, reason: `${error.message} did not pass: ${wordsOf(error.answer)}` };
    if (error instanceof NotApplicable) return { passed: false, reason: error.message };
    if (error instanceof DOMException || error instanceof TypeError)
      return {
        passed: false,
        final: true,
        reason: `an honest client refuses the target's options: ${error.message}`,
      };
    throw error;
  } finally {
    await play.end();
  }
}

/** Changes nothing. */
const HONEST: Fault = { ...(catalogue[0] as Fault), request: {}, policy: {} };
