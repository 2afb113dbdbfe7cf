/** Faults of the challenge: whether the response answers what was asked, now and here. */
import { base64url, fromBase64url } from '../../base/base64url.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, both } from './define.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function says(challenge: (right: string) => unknown): (draft: AnyDraft) => void {
  return (draft) => {
    const right = draft.options.challenge;
    const wrong = challenge(right);
    if (wrong === right) throw new NotApplicable('this challenge is the same either way');
    draft.clientData.challenge = wrong;
  };
}

function flipped(challenge: string): string {
  const bytes = fromBase64url(challenge);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  return base64url(bytes);
}

/** The same bytes, spelled with bits in the last character that belong to none of them. */
function withSpareBits(challenge: string): string {
  const spare = [0, 0, 4, 2][challenge.length % 4] as number;
  if (spare === 0) throw new NotApplicable('a challenge of this length has no spare bits in base64url');
  const last = ALPHABET.indexOf(challenge.at(-1) as string);
  return challenge.slice(0, -1) + ALPHABET[last | 1];
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

/** The challenge that the scene, or the caller, has from another ceremony. */
function givenChallenge(draft: AnyDraft): void {
  const { challenge } = draft.given;
  if (challenge === undefined)
    throw new NotApplicable('it needs the challenge of another ceremony, and none was given');
  draft.clientData.challenge = challenge;
}

export const challengeFaults: readonly Fault[] = both(
  'challenge',
  {
    steps: { registration: registrationStep(8), authentication: authenticationStep(11) },
    severity: 'high',
    guard: 'challenge',
    gain: 'A response made for another occasion is taken: one that was recorded, or phished, works as if it were fresh.',
    check:
      'Keep the challenge on the server, with the session that asked for it; compare it whole, as text; use it once, and not for long.',
  },
  [
    {
      id: 'challenge-other',
      title: 'another challenge',
      severity: 'critical',
      change: says((right) => base64url(fromBase64url(right).map((byte) => byte ^ 0x5a))),
    },
    { id: 'challenge-bit-flipped', title: 'the challenge with its last bit flipped', change: says(flipped) },
    { id: 'challenge-empty', title: 'an empty challenge', change: says(() => '') },
    {
      id: 'challenge-missing',
      title: 'client data without a challenge',
      change: ({ clientData }) => {
        delete clientData.challenge;
      },
    },
    { id: 'challenge-null', title: 'null for a challenge', change: says(() => null) },
    {
      id: 'challenge-prefix',
      title: 'the beginning of the challenge',
      change: says((right) => right.slice(0, 8)),
    },
    { id: 'challenge-longer', title: 'the challenge and more', change: says((right) => `${right}AAAA`) },
    { id: 'challenge-case', title: 'the challenge in letters of the other case', change: says(swapCase) },
    { id: 'challenge-array', title: 'the challenge in an array', change: says((right) => [right]) },
    {
      id: 'challenge-padded',
      title: 'the challenge with padding',
      severity: 'low',
      change: says((right) => right.padEnd(Math.ceil(right.length / 4) * 4, '=')),
      gain: 'Little by itself; a server that decodes before it compares may take other spellings for one challenge, and so use it twice.',
    },
    {
      id: 'challenge-spare-bits',
      title: 'the challenge in another spelling of the same bytes',
      severity: 'low',
      change: says(withSpareBits),
      gain: 'Little by itself; a server that decodes before it compares may take other spellings for one challenge, and so use it twice.',
    },
    {
      id: 'challenge-of-earlier-ceremony',
      title: 'the challenge of an earlier ceremony of the same user',
      guard: 'challenge.single-use',
      scene: 'earlier-challenge',
      change: givenChallenge,
    },
    {
      id: 'challenge-of-other-session',
      title: 'a challenge that was issued to another session',
      guard: 'challenge.session',
      scene: 'other-session',
      needs: ['second-session'],
      change: givenChallenge,
      gain: 'An attacker asks for options, has the victim answer them elsewhere, and hands the answer in at either session.',
      check: 'Look the challenge up in the session that asked for it, not in a list of all that were issued.',
    },
    {
      id: 'challenge-of-other-ceremony',
      title: 'a challenge that was issued for the other ceremony',
      guard: 'challenge.ceremony',
      severity: 'medium',
      scene: 'other-ceremony',
      change: givenChallenge,
      gain: 'A response that the user agreed to as a sign-in is used to register, or the reverse.',
      check: 'Keep with each challenge what it was issued for.',
    },
    {
      id: 'challenge-expired',
      title: 'a challenge that has expired',
      guard: 'challenge.fresh',
      severity: 'medium',
      scene: 'expired',
      needs: ['clock'],
      gain: 'An attacker who finds an unused challenge and its answer, in a log or a cache, can use them at any later time.',
      check: 'Let challenges expire; the upper recommended timeout is ten minutes (section 13.4.3).',
    },
    {
      id: 'challenge-superseded',
      title: 'the challenge of options that were asked for again since',
      guard: 'challenge.superseded',
      kind: 'observation',
      scene: 'superseded',
      change: givenChallenge,
      gain: 'Nothing is said about whether asking again ends what was asked before.',
    },
    {
      id: 'challenge-reused',
      title: 'a second response to the same challenge',
      guard: 'challenge.single-use',
      severity: 'critical',
      scene: 'challenge-reused',
      needs: ['submit'],
      gain: 'An attacker who has seen one response can use it, or what can be made of it, again, for as long as the session lives.',
      check:
        'Take the challenge out of its store before anything is verified, whether the ceremony then succeeds or not.',
    },
    {
      id: 'challenge-raced',
      title: 'two responses to the same challenge at once',
      policy: { signCounter: 'zero' },
      guard: 'challenge.atomic',
      scene: 'challenge-raced',
      needs: ['submit'],
      gain: 'One challenge counts twice: two sessions from one sign-in, two credentials from one registration.',
      check:
        'Take the challenge out of its store in one step, not by reading it first and deleting it later.',
    },
    {
      id: 'without-options',
      title: 'a response in a session that never asked for options',
      guard: 'session.started',
      severity: 'critical',
      scene: 'without-options',
      needs: ['submit'],
      change: (draft) => {
        draft.clientData.challenge = 'c3R1bnRrZXkgdGVzdCBjaGFsbGVuZ2U';
        // No account was named in this session.
        if (draft.ceremony === 'authentication') draft.userHandle = draft.credential.userId;
      },
      gain: 'Where no challenge was issued, none is compared: any response that was ever seen signs in.',
      check: 'Refuse what comes when no challenge is stored; `undefined` equals `undefined`.',
    },
  ],
);
