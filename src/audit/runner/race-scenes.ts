/** Scenes in which two requests arrive together: what a server reads for both before it writes for either. */
import type { Answer } from '../targets/target.ts';
import type { Actor, AnyOptions } from './actor.ts';
import { requireComparison } from './counter-scenes.ts';
import { again, ready, type Scene } from './parts.ts';
import type { Play } from './play.ts';

/** How often a race is run until both are taken: where the gap is narrow, not every pair of requests meets in it. */
const ROUNDS = 3;

/** The counter that both sign-ins of the first round have; the second round's is twice that. */
const COUNTER = 1_000;

/** Runs a race until both were taken, or as often as is worth it. */
async function run(race: (round: number) => Promise<readonly Answer[]>): Promise<Answer> {
  for (let round = 1; ; round++) {
    const answers = await race(round);
    const broken = answers.find(({ kind }) => kind === 'error');
    if (broken !== undefined) return broken;
    const refused = answers.find(({ kind }) => kind !== 'accepted');
    if (refused === undefined) return answers[0] as Answer;
    if (round === ROUNDS || answers.every(({ kind }) => kind !== 'accepted')) return refused;
  }
}

/** Two responses to one challenge. */
async function challenge(play: Play): Promise<readonly Answer[]> {
  const actor = await ready(play);
  const { ceremony } = play.fault;
  actor.mustSubmit();
  let other: Promise<Answer> | undefined;
  const first = await actor.perform(ceremony, play.wish, async (options, honest) => {
    const response = await actor.respond(ceremony, options, honest);
    const second = await (await again(play, actor)).respond(ceremony, options);
    other = actor.submit(ceremony, second);
    // Whatever becomes of the first, this one is not to be left alone with its failure.
    other.catch(() => {});
    return response;
  });
  // No options came, or nothing was to be answered.
  return other === undefined ? [first] : [first, await other];
}

/** Sign-ins of several visitors, whose responses are handed in when all have theirs. */
function together(
  play: Play,
  visitors: readonly Actor[],
  respond: (visitor: Actor, options: AnyOptions) => Promise<unknown>,
): Promise<readonly Answer[]> {
  const { promise: all, resolve: open } = deferred();
  let missing = visitors.length;
  const arrive = (): void => {
    missing -= 1;
    if (missing === 0) open();
  };
  return Promise.all(
    visitors.map(async (visitor) => {
      let arrived = false;
      try {
        return await visitor.perform('authentication', play.wish, async (options) => {
          const response = await respond(visitor, options);
          arrived = true;
          arrive();
          await all;
          return response;
        });
      } finally {
        // The others are not to wait for one that got no options.
        if (!arrived) arrive();
      }
    }),
  );
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const raced: Scene = (play) => run(() => challenge(play));

const counterRaced: Scene = async (play) => {
  await requireComparison(play);
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  return run(async (round) => {
    const visitors = [await play.visitor(actor), await play.visitor(actor)];
    return together(play, visitors, (visitor, options) =>
      play.forged('authentication', visitor, options, (draft: { signCount: number }) => {
        draft.signCount = COUNTER * round;
      }),
    );
  });
};

export const raceScenes: Readonly<Record<'challenge-raced' | 'counter-raced', Scene>> = {
  'challenge-raced': raced,
  'counter-raced': counterRaced,
};
