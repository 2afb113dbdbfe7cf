/** What scenes are put together from. */
import { type CeremonyName, NotApplicable } from '../fault.ts';
import type { AssertionDraft } from '../forge/draft.ts';
import type { Answer } from '../targets/target.ts';
import type { Actor } from './actor.ts';
import type { Play } from './play.ts';

export type Scene = (play: Play) => Promise<Answer>;

/** The actor of the fault's own ceremony, ready for it. */
export async function ready(play: Play): Promise<Actor> {
  const actor = await play.actor();
  if (play.fault.ceremony !== 'authentication') return actor;
  await actor.registerHonestly(play.wish);
  return play.stranger(actor);
}

/** The ceremony once more: by a second device, where it is a registration, as the first is excluded. */
export async function again(play: Play, actor: Actor): Promise<Actor> {
  return play.fault.ceremony === 'registration' ? play.twin(actor) : actor;
}

/** The challenge of options that are then left unanswered. */
export async function challengeOf(actor: Actor, ceremony: CeremonyName, play: Play): Promise<string> {
  let challenge: string | undefined;
  const answer = await actor.perform(ceremony, play.wish, async (options) => {
    challenge = options.challenge;
    return undefined;
  });
  if (challenge === undefined)
    throw new NotApplicable(`the options that it needs were not given: ${wordsOf(answer)}`);
  return challenge;
}

/** A sign-in that is honest but for a counter of the audit's own choice. */
export function signInWith(play: Play, actor: Actor, signCount: number): Promise<Answer> {
  return actor.perform('authentication', play.wish, (options) =>
    play.forged('authentication', actor, options, (draft: AssertionDraft) => {
      draft.signCount = signCount;
    }),
  );
}

export function wordsOf(answer: Answer): string {
  if (answer.kind === 'abandoned') return 'nothing was sent';
  const status = answer.status === undefined ? '' : `status ${answer.status}`;
  return (
    [status, answer.message].filter((part) => part !== undefined && part !== '').join(': ') || answer.kind
  );
}
