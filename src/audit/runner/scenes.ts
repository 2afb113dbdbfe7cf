/** How a ceremony is played, where it takes more than one. */
import { NotApplicable, type SceneName } from '../fault.ts';
import type { Answer } from '../targets/target.ts';
import { type Actor, Unexpected } from './actor.ts';
import { counterScenes } from './counter-scenes.ts';
import { again, challengeOf, ready, type Scene } from './parts.ts';
import type { Play } from './play.ts';
import { raceScenes } from './race-scenes.ts';
import { takeoverScenes } from './takeover-scenes.ts';

/** An hour: more than any challenge should live. */
const AN_HOUR = 3_600_000;
const A_SECOND = 1_000;

const single: Scene = async (play) => {
  const actor = await ready(play);
  return play.faulty(actor);
};

/** The same, where the account is not named. */
const discoverable: Scene = async (play) => {
  const actor = await play.actor();
  await actor.registerHonestly({ ...play.wish, residentKey: 'required' });
  return play.faulty((await play.stranger(actor)).nameless());
};

const earlierChallenge: Scene = async (play) => {
  const actor = await ready(play);
  let challenge: string | undefined;
  await actor.honestly(play.fault.ceremony, play.wish, (options) => {
    challenge = options.challenge;
  });
  return play.faulty(await again(play, actor), { ...(challenge !== undefined && { challenge }) });
};

const otherSession: Scene = async (play) => {
  const actor = await ready(play);
  const other = await play.actor();
  if (play.fault.ceremony === 'authentication') await other.registerHonestly(play.wish);
  return play.faulty(actor, async () => ({ challenge: await challengeOf(other, play.fault.ceremony, play) }));
};

const otherCeremony: Scene = async (play) => {
  const { ceremony } = play.fault;
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  const another = ceremony === 'registration' ? 'authentication' : 'registration';
  return play.faulty(await again(play, actor), async () => ({
    challenge: await challengeOf(actor, another, play),
  }));
};

const superseded: Scene = async (play) => {
  const actor = await ready(play);
  const challenge = await challengeOf(actor, play.fault.ceremony, play);
  return play.faulty(actor, { challenge });
};

const expired: Scene = async (play) => {
  const { advance, challengeLifetime: lifetime } = play.target.traits;
  if (advance === undefined && lifetime === undefined)
    throw new NotApplicable("the target's clock cannot be moved, and nothing says how long to wait");
  const actor = await ready(play);
  const { limits } = actor.cast;
  const passes = advance ?? ((): Promise<void> => limits.wait((lifetime as number) + A_SECOND));
  return play.faulty(actor, {}, { before: () => passes(AN_HOUR) });
};

const reused: Scene = async (play) => {
  const actor = await ready(play);
  const { ceremony } = play.fault;
  actor.mustSubmit();
  let second: unknown;
  const first = await actor.perform(ceremony, play.wish, async (options, honest) => {
    const response = await actor.respond(ceremony, options, honest);
    second = await (await again(play, actor)).respond(ceremony, options);
    return response;
  });
  if (first.kind !== 'accepted') throw new Unexpected('the first response', first);
  return actor.submit(ceremony, second);
};

const withoutOptions: Scene = async (play) => {
  const actor = await ready(play);
  const visitor = await play.visitor(actor);
  visitor.mustSubmit();
  let answer: Answer | undefined;
  const outcome = await play.faulty(
    actor,
    {},
    {
      instead: async (response) => {
        play.watch?.follow(visitor);
        answer = await visitor.submit(play.fault.ceremony, response);
      },
    },
  );
  return answer ?? outcome;
};

const signedInBefore: Scene = async (play) => {
  const actor = await ready(play);
  await actor.honestly('authentication', play.wish);
  await actor.honestly('authentication', play.wish);
  return play.faulty(actor, { signCount: actor.credential.signCount });
};

const otherUser: Scene = async (play) => {
  const other = await play.actor();
  await other.registerHonestly(play.wish);
  const actor = await ready(play);
  return play.faulty(actor, { credential: other.credential, userName: other.user.name });
};

const otherUserDiscoverable: Scene = async (play) => {
  const wish = { ...play.wish, residentKey: 'required' as const };
  const other = await play.actor();
  await other.registerHonestly(wish);
  const actor = await play.actor();
  await actor.registerHonestly(wish);
  return play.faulty((await play.stranger(actor)).nameless(), {
    credential: other.credential,
    userName: other.user.name,
  });
};

const secondCredential: Scene = async (play) => {
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  if (play.fault.ceremony === 'registration') {
    return play.faulty(await play.twin(actor), { credential: actor.credential });
  }
  return play.faulty(actor, async () => {
    // Elsewhere, as the options of this session wait for their answer: who adds a credential is signed in.
    const elsewhere = await play.visitor(actor);
    await elsewhere.honestly('authentication', play.wish);
    const twin = await play.twin(elsewhere);
    await twin.registerHonestly(play.wish);
    return { credential: twin.credential };
  });
};

const removed: Scene = async (play) => {
  const { remove } = play.target.traits;
  if (remove === undefined)
    throw new NotApplicable('nothing says how a credential is removed from the target');
  const actor = await ready(play);
  const { base64url } = await import('../../base/base64url.ts');
  return play.faulty(actor, {}, { before: () => remove(base64url(actor.credential.id), actor.user) });
};

const thenHonest: Scene = async (play) => {
  const actor = await ready(play);
  const refused = await play.faulty(actor);
  if (refused.kind === 'accepted')
    throw new NotApplicable('what had to be refused first was let in, which is another fault');
  if (refused.kind !== 'rejected') return refused;
  // A failure may end the session: what it leaves behind in the account shows in another.
  const honest = await signsIn(play, await play.visitor(actor));
  if (honest.kind === 'accepted' || honest.kind === 'error' || play.fault.kind === 'control') {
    return play.fault.kind !== 'control' && honest.kind === 'accepted'
      ? { ...honest, kind: 'rejected' }
      : honest;
  }
  if (honest.kind !== 'rejected' && honest.kind !== 'no-options') return honest;
  if (await locksOut(play))
    throw new NotApplicable(
      'any failed sign-in ends the next ones for a while, so that this one shows nothing',
    );
  // The fault came in, as the honest sign-in does not pass any more.
  return { ...honest, kind: 'accepted' };
};

function signsIn(play: Play, actor: Actor): Promise<Answer> {
  return actor.perform('authentication', play.wish, (options, made) =>
    actor.respond('authentication', options, made),
  );
}

/** Whether a sign-in that is wrong in nothing but its signature is followed by refusals as well. */
async function locksOut(play: Play): Promise<boolean> {
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  await actor.perform('authentication', play.wish, async (options, made) => {
    const response = structuredClone(await actor.respond('authentication', options, made)) as {
      response: { signature: string };
    };
    response.response.signature = 'MAYCAQECAQE';
    return response;
  });
  const { kind } = await signsIn(play, await play.visitor(actor));
  return kind !== 'accepted';
}

/** What signs in after a registration of which it is not known whether it counts. */
async function afterwards(play: Play, actor: Actor): Promise<Answer> {
  const answer = await play.followUp(actor);
  return answer.kind === 'no-options' ? { ...answer, kind: 'rejected' } : answer;
}

const thenSignIn: Scene = async (play) => {
  const actor = await play.actor();
  const registered = await play.faulty(actor);
  if (registered.kind === 'error' || registered.kind === 'no-options') return registered;
  const answer = await afterwards(play, actor);
  const { fault } = play;
  const withOtherKey = fault.ceremony === 'registration' && fault.followUp !== undefined;
  if (!withOtherKey || answer.kind !== 'accepted') return answer;
  const honest = await actor.perform('authentication', play.wish, (options, made) =>
    actor.respond('authentication', options, made),
  );
  if (honest.kind === 'accepted')
    throw new NotApplicable('the credential’s own key signs in as well: signatures are not looked at');
  return answer;
};

const thenSignInAsOther: Scene = async (play) => {
  const other = await play.actor();
  await other.registerHonestly(play.wish);
  const actor = await play.actor();
  const registered = await play.faulty(actor, { userName: other.user.name });
  if (registered.kind === 'error' || registered.kind === 'no-options') return registered;
  return afterwards(play, await play.visitor(actor, other.user));
};

export const scenes: Readonly<Record<SceneName, Scene>> = {
  single,
  'earlier-challenge': earlierChallenge,
  'other-session': otherSession,
  'other-ceremony': otherCeremony,
  superseded,
  expired,
  'challenge-reused': reused,
  'without-options': withoutOptions,
  'signed-in-before': signedInBefore,
  discoverable,
  'other-user': otherUser,
  'other-user-discoverable': otherUserDiscoverable,
  'second-credential': secondCredential,
  removed,
  'then-honest': thenHonest,
  'then-sign-in': thenSignIn,
  'then-sign-in-as-other': thenSignInAsOther,
  ...raceScenes,
  ...counterScenes,
  ...takeoverScenes,
};

/** Scenes that change what all others depend on: they are played alone. */
export const aloneScenes: readonly SceneName[] = ['expired'];
