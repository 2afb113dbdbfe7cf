/** Scenes in which an attacker tries to get into another user's account. */

import { base64url } from '../../base/base64url.ts';
import { utf8 } from '../../base/bytes.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import { NotApplicable } from '../fault.ts';
import type { AssertionDraft } from '../forge/draft.ts';
import { pageOriginOf } from '../forge/page-origin.ts';
import type { Answer } from '../targets/target.ts';
import type { Actor, AnyOptions } from './actor.ts';
import type { Scene } from './parts.ts';
import type { Play } from './play.ts';

/** Options that are left unanswered. @throws NotApplicable where none come */
async function optionsOf(
  actor: Actor,
  ceremony: 'registration' | 'authentication',
  play: Play,
): Promise<AnyOptions> {
  let found: AnyOptions | undefined;
  const answer = await actor.perform(ceremony, play.wish, async (options) => {
    found = options;
    return undefined;
  });
  if (found === undefined)
    throw new NotApplicable(`the options that it needs were not given: ${answer.kind}`);
  return found;
}

/** What signs in: no options mean that it is not let in. */
async function entered(play: Play, actor: Actor): Promise<Answer> {
  const answer = await play.followUp(actor);
  return answer.kind === 'no-options' ? { ...answer, kind: 'rejected' } : answer;
}

/** A credential of the visitor's own is added to the account of another, and signs in there. */
async function addsTo(play: Play, victim: Actor, attacker: Actor): Promise<Answer> {
  const intruder = await play.intruder(attacker);
  const registered = await play.faulty(intruder);
  if (registered.kind !== 'accepted')
    return registered.kind === 'no-options' || registered.kind === 'not-begun'
      ? { kind: 'rejected', message: registered.message }
      : registered;
  return entered(play, await play.visitor(intruder, victim.user));
}

const strangerRegisters: Scene = async (play) => {
  const victim = await play.actor();
  await victim.registerHonestly(play.wish);
  return addsTo(play, victim, await play.visitor(victim));
};

const otherRegisters: Scene = async (play) => {
  const victim = await play.actor();
  await victim.registerHonestly(play.wish);
  const attacker = await play.actor();
  await attacker.registerHonestly(play.wish);
  return addsTo(play, victim, attacker.as(victim.user));
};

const registrationForSignIn: Scene = async (play) => {
  const victim = await play.actor();
  await victim.registerHonestly(play.wish);
  const attacker = await play.intruder(await play.visitor(victim));
  attacker.mustSubmit();
  const { challenge, rpId } = (await optionsOf(
    attacker,
    'authentication',
    play,
  )) as PublicKeyCredentialRequestOptionsJSON;
  const response = await play.forged('registration', attacker, ownOptions(play, challenge, rpId));
  const registered = await attacker.submit('registration', response);
  if (registered.kind !== 'accepted') return registered;
  return entered(play, await play.visitor(attacker));
};

const signInForRegistration: Scene = async (play) => {
  const attacker = await play.actor();
  await attacker.registerHonestly(play.wish);
  const elsewhere = await play.visitor(attacker, play.nextUser());
  elsewhere.mustSubmit();
  const { challenge, rp } = (await optionsOf(
    elsewhere,
    'registration',
    play,
  )) as PublicKeyCredentialCreationOptionsJSON;
  const allowCredentials = [{ type: 'public-key' as const, id: base64url(attacker.credential.id) }];
  const options = { challenge, allowCredentials, ...(rp.id !== undefined && { rpId: rp.id }) };
  const handle = attacker.credential.userId;
  const response = await play.forged('authentication', elsewhere, options, (draft: AssertionDraft) => {
    draft.userHandle = handle;
  });
  return elsewhere.submit('authentication', response);
};

/** Options to register as the audit would like them, with a challenge that was for something else. */
function ownOptions(
  play: Play,
  challenge: string,
  rpId = pageOriginOf(play.target.origin).hostname,
): PublicKeyCredentialCreationOptionsJSON {
  const { name, displayName } = play.nextUser();
  return {
    challenge,
    rp: { id: rpId, name: 'stuntkey' },
    user: { id: base64url(utf8(name)), name, displayName },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
  };
}

const withoutCredentials: Scene = async (play) => {
  const victim = await play.actor();
  // Asking for registration options is enough for the account to exist.
  await optionsOf(victim, 'registration', play);
  const attacker = await play.actor();
  await attacker.registerHonestly(play.wish);
  const stranger = await play.visitor(attacker, victim.user);
  const allowCredentials = [{ type: 'public-key' as const, id: base64url(attacker.credential.id) }];
  return play.faulty(stranger, {}, { told: (options) => ({ ...options, allowCredentials }) });
};

const thenWho: Scene = async (play) => {
  const victim = await play.actor();
  await victim.registerHonestly(play.wish);
  const stranger = await play.visitor(victim);
  const before = await stranger.whoAmI();
  if (before !== undefined) throw new NotApplicable('a visitor is signed in before any sign-in');
  const refused = await play.faulty(stranger);
  if (refused.kind === 'accepted')
    throw new NotApplicable('what had to be refused first was let in, which is another fault');
  if (refused.kind !== 'rejected') return refused;
  const after = await stranger.whoAmI();
  if (after === undefined) return refused;
  return { ...refused, kind: 'accepted', message: `refused, and signed in as ${after} all the same` };
};

const removesOther: Scene = async (play) => {
  const victim = await play.actor();
  await victim.registerHonestly(play.wish);
  const attacker = await play.actor();
  await attacker.registerHonestly(play.wish);
  const { session, limits } = attacker.cast;
  if (session.remove === undefined)
    throw new NotApplicable('nothing says how a visitor removes a credential');
  await attacker.honestly('authentication', play.wish);
  await limits.during(async ({ own: _, ...turn }) => {
    await session.remove?.(base64url(victim.credential.id), turn);
    return { kind: 'abandoned' };
  });
  return stillSignsIn(play, victim);
};

/** Whether an honest sign-in passes still: if not, the fault came in. */
async function stillSignsIn(play: Play, victim: Actor): Promise<Answer> {
  const elsewhere = await play.visitor(victim);
  const answer = await elsewhere.perform('authentication', play.wish, async (options, made) => {
    try {
      return await elsewhere.respond('authentication', options, made);
    } catch (error) {
      // The credential is not asked for any more.
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  });
  if (answer.kind === 'accepted') return { kind: 'rejected', message: 'the owner signs in as before' };
  if (answer.kind === 'abandoned' || answer.kind === 'no-options' || answer.kind === 'rejected')
    return { kind: 'accepted', message: 'the owner does not sign in any more' };
  return answer;
}

const thenOtherHonest: Scene = async (play) => {
  const victim = await play.actor();
  await victim.registerHonestly(play.wish);
  const attacker = await play.actor();
  const answer = await play.faulty(attacker, { credential: victim.credential });
  if (answer.kind === 'error' || answer.kind === 'no-options') return answer;
  return stillSignsIn(play, victim);
};

const sessionKept: Scene = async (play) => {
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  const visitor = await play.visitor(actor);
  await optionsOf(visitor, 'authentication', play);
  const planted = play.copyOf(visitor);
  if ((await planted.whoAmI()) !== undefined)
    throw new NotApplicable('a visitor is signed in before any sign-in');
  play.watch?.follow(planted);
  play.watch?.signedBy(undefined);
  await visitor.honestly('authentication', play.wish);
  const who = await planted.whoAmI();
  return who === undefined
    ? { kind: 'rejected', message: 'the session from before is not signed in' }
    : { kind: 'accepted', message: `the session from before is signed in as ${who}` };
};

const otherSessionSameUser: Scene = async (play) => {
  const actor = await play.actor();
  if (play.fault.ceremony === 'authentication') await actor.registerHonestly(play.wish);
  const stranger = await play.visitor(actor);
  stranger.mustSubmit();
  let answer: Answer | undefined;
  const outcome = await play.faulty(
    await play.visitor(actor),
    {},
    {
      instead: async (response) => {
        const named = { ...(response as object), username: actor.user.name };
        play.watch?.follow(stranger);
        answer = await stranger.submit(play.fault.ceremony, named);
      },
    },
  );
  return answer ?? outcome;
};

/** How many times options are asked for, to see what they have in common. */
const OFTEN = 5;

const options: Scene = async (play) => {
  const { fault } = play;
  const { inspect, ceremony } = fault;
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  const shown: AnyOptions[] = [];
  for (let time = 0; time < OFTEN; time++) shown.push(await optionsOf(actor, ceremony, play));
  const problem = await inspect?.({
    options: shown,
    userName: actor.user.name,
    displayName: actor.user.displayName,
    registered: [base64url(actor.credential.id)],
    async ask({ userName, wish = play.wish }) {
      const user = userName === undefined ? actor.user : { ...actor.user, name: userName as string };
      const visitor = userName === undefined ? actor : await play.visitor(actor, user);
      let found: AnyOptions | undefined;
      await visitor.perform(ceremony, wish, async (given) => {
        found = given;
        return undefined;
      });
      return found;
    },
  });
  return problem === undefined ? { kind: 'rejected' } : { kind: 'accepted', message: problem };
};

type TakeoverScene =
  | 'stranger-registers'
  | 'other-registers'
  | 'registration-for-sign-in'
  | 'sign-in-for-registration'
  | 'without-credentials'
  | 'then-who'
  | 'removes-other'
  | 'then-other-honest'
  | 'session-kept'
  | 'other-session-same-user'
  | 'options';

export const takeoverScenes: Readonly<Record<TakeoverScene, Scene>> = {
  'stranger-registers': strangerRegisters,
  'other-registers': otherRegisters,
  'registration-for-sign-in': registrationForSignIn,
  'sign-in-for-registration': signInForRegistration,
  'without-credentials': withoutCredentials,
  'then-who': thenWho,
  'removes-other': removesOther,
  'then-other-honest': thenOtherHonest,
  'session-kept': sessionKept,
  'other-session-same-user': otherSessionSameUser,
  options,
};
