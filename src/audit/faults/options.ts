/** Faults of the options themselves: what a server asks, before anybody answers. */
import { fromBase64url, isBase64url } from '../../base/base64url.ts';
import { fromUtf8 } from '../../base/bytes.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import { type Fault, NotApplicable, type OptionsShown } from '../fault.ts';
import { authenticationStep, registrationStep, sectionOf } from '../steps.ts';
import { authentications, both, registrations } from './define.ts';
import { operatorsFor } from './operators.ts';

/** Section 13.4.3: "challenges SHOULD therefore be at least 16 bytes long". */
const SHORTEST = 16;
/** No browser has ever signed with this without being asked twice: RSASSA-PKCS1-v1_5 with SHA-1. */
const RS1 = -65535;

const CHALLENGES = sectionOf('13.4.3', 'cryptographic challenges', 'sctn-cryptographic-challenges');
const USER_HANDLES = sectionOf('14.6.1', 'user handle contents', 'sctn-user-handle-privacy');
const USERNAMES = sectionOf('14.6.2', 'username enumeration', 'sctn-username-enumeration');

const challengesIn = ({ options }: OptionsShown): Uint8Array[] =>
  options.map(({ challenge }) => (isBase64url(challenge) ? fromBase64url(challenge) : new Uint8Array()));

/** Bytes that challenges have in common, place by place. */
function commonBytes(challenges: readonly Uint8Array[]): number {
  const [first = new Uint8Array()] = challenges;
  return [...first].filter((byte, place) => challenges.every((one) => one[place] === byte)).length;
}

/** Whether each challenge is a number a little greater than the one before. */
function counts(challenges: readonly Uint8Array[]): boolean {
  const tails = challenges.map((one) => [...one.slice(-6)].reduce((sum, byte) => sum * 256 + byte, 0));
  return tails.every((tail, place) => {
    const before = tails[place - 1];
    return before === undefined || (tail > before && tail - before < 1 << 20);
  });
}

/** What an answer to a sign-in's options looks like, without the account that it names. */
function shapeOf(options: unknown): string {
  if (options === undefined) return 'no options';
  const { allowCredentials = [] } = options as PublicKeyCredentialRequestOptionsJSON;
  return allowCredentials.length === 0 ? 'no credentials' : 'credentials';
}

const idsIn = (options: unknown): string =>
  ((options as PublicKeyCredentialRequestOptionsJSON | undefined)?.allowCredentials ?? [])
    .map(({ id }) => id)
    .join();

/** Whether options insist on a verified user. */
function required(options: unknown): boolean {
  const { userVerification, authenticatorSelection } = (options ?? {}) as Partial<
    PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON
  >;
  return (authenticatorSelection?.userVerification ?? userVerification) === 'required';
}

const LOWERED = 'user verification that is required, unless the request says otherwise';

const lowered = {
  severity: 'medium',
  scene: 'options',
  guard: 'options.verification-kept',
  inspect: async (shown: OptionsShown): Promise<string | undefined> => {
    if (!required(shown.options[0])) return undefined;
    const asked = await shown.ask({ wish: { userVerification: 'discouraged' } });
    return asked !== undefined && !required(asked) ? 'a request that asks for less is given less' : undefined;
  },
  gain: 'A key that was found or stolen works without its PIN: the client says what is required.',
  check: 'Decide on the server whether the user has to be verified.',
} as const;

export const optionsFaults: readonly Fault[] = [
  ...both(
    'options',
    {
      steps: { registration: CHALLENGES, authentication: CHALLENGES },
      severity: 'high',
      scene: 'options',
      gain: 'An attacker who has the key for a moment can make a response before it is asked for, and keep it.',
      check: 'Make every challenge of 16 or more bytes from a cryptographic source of randomness.',
    },
    [
      {
        id: 'options-challenge-short',
        title: `a challenge of fewer than ${SHORTEST} bytes`,
        severity: 'medium',
        guard: 'options.challenge-length',
        inspect: (shown) => {
          const shortest = Math.min(...challengesIn(shown).map(({ length }) => length));
          return shortest < SHORTEST ? `a challenge has ${shortest} bytes` : undefined;
        },
      },
      {
        id: 'options-challenge-repeated',
        title: 'the same challenge twice',
        guard: 'options.challenge-random',
        inspect: ({ options }) => {
          const different = new Set(options.map(({ challenge }) => challenge)).size;
          return different < options.length
            ? `${options.length} requests have ${different} different challenges`
            : undefined;
        },
      },
      {
        id: 'options-challenge-predictable',
        title: 'challenges that follow from each other',
        guard: 'options.challenge-unpredictable',
        inspect: (shown) => {
          const challenges = challengesIn(shown);
          const length = Math.min(...challenges.map((one) => one.length));
          const common = commonBytes(challenges);
          if (common === length)
            throw new NotApplicable('the challenges are all the same, which is another fault');
          if (length - common < SHORTEST / 2)
            return `${common} of ${length} bytes are the same in every challenge`;
          return counts(challenges) ? 'the challenges count' : undefined;
        },
      },
    ],
  ),
  ...registrations('options', { ...lowered, step: registrationStep(16) }, [
    { id: 'options-verification-lowered', title: LOWERED },
  ]),
  ...authentications('options', { ...lowered, step: authenticationStep(17) }, [
    { id: 'options-verification-lowered-at-sign-in', title: LOWERED },
  ]),
  ...registrations(
    'options',
    {
      step: registrationStep(26),
      severity: 'low',
      scene: 'options',
      gain: 'No attacker gets in, but the server tells or accepts more than it has to.',
      check: 'Look at the options that your server makes.',
    },
    [
      {
        id: 'options-user-id-personal',
        title: "the user's name as user.id",
        step: USER_HANDLES,
        guard: 'options.user-id',
        inspect: ({ options: [options], userName }) => {
          const { id } = (options as PublicKeyCredentialCreationOptionsJSON).user;
          const text = isBase64url(id) ? fromUtf8Leniently(fromBase64url(id)) : id;
          return text.toLowerCase().includes(userName.toLowerCase())
            ? 'user.id has the name in it'
            : undefined;
        },
        gain: 'An attacker who holds a key reads from it whose it is.',
        check: 'Make user.id of 64 random bytes or fewer, and keep it with the account.',
      },
      {
        id: 'options-exclude-missing',
        title: 'no excludeCredentials where the user has a credential',
        guard: 'options.exclude-credentials',
        inspect: ({ options, registered }) => {
          const { excludeCredentials = [] } = options.at(-1) as PublicKeyCredentialCreationOptionsJSON;
          const excluded = excludeCredentials.map(({ id }) => id);
          return registered.every((id) => excluded.includes(id))
            ? undefined
            : 'the credential that is registered is not excluded';
        },
        gain: 'No attacker gets in, but a second passkey on the same device takes the place of the first.',
        check: 'List the credentials of the account in excludeCredentials.',
      },
      {
        id: 'options-algorithm-sha1',
        title: 'an algorithm with SHA-1 among those that are asked for',
        step: registrationStep(20),
        guard: 'options.algorithms',
        inspect: ({ options: [options] }) =>
          (options as PublicKeyCredentialCreationOptionsJSON).pubKeyCredParams.some(({ alg }) => alg === RS1)
            ? `pubKeyCredParams has ${RS1}, RSASSA-PKCS1-v1_5 with SHA-1`
            : undefined,
        gain: 'A key signs with an algorithm that is broken.',
        check: 'Ask for -8, -7 and -257, and for what else you need.',
      },
    ],
  ),
  ...authentications(
    'options',
    {
      step: USERNAMES,
      severity: 'low',
      scene: 'options',
      needs: ['named-sign-in'],
      gain: 'Anybody learns who has an account.',
      check:
        'Answer for an unknown name as for a known one: with credentials made up from the name and a secret, the same every time.',
    },
    [
      {
        id: 'options-tell-who-exists',
        title: 'options that tell whether a name has an account',
        guard: 'options.unknown-user',
        inspect: async (shown) => {
          const known = shapeOf(shown.options[0]);
          const unknown = shapeOf(await shown.ask({ userName: `${shown.userName}-nobody` }));
          return known === unknown
            ? undefined
            : `who has an account gets ${known}, and who has none ${unknown}`;
        },
      },
      {
        id: 'options-operator-name',
        title: 'the credentials of a user who was named by an object of operators',
        guard: 'options.operators',
        severity: 'medium',
        inspect: async (shown) => {
          for (const userName of operatorsFor(shown.userName)) {
            const ids = idsIn(await shown.ask({ userName })).split(',');
            if (shown.registered.some((id) => ids.includes(id)))
              return `${JSON.stringify(userName).replace(shown.userName, 'NAME')} for a name gets their credentials`;
          }
          return undefined;
        },
        gain: 'The sender of a request writes the query: "the first account that is not mine" is one.',
        check: 'Look up nothing by a value that is no text.',
      },
      {
        id: 'options-decoys-change',
        title: 'made-up credentials that are others every time',
        guard: 'options.decoys-stable',
        inspect: async (shown) => {
          const userName = `${shown.userName}-nobody`;
          const [first, second] = [await shown.ask({ userName }), await shown.ask({ userName })];
          if (first === undefined || idsIn(first) === '')
            throw new NotApplicable('an unknown name gets no credentials');
          return idsIn(first) === idsIn(second)
            ? undefined
            : 'the same name gets other credentials each time';
        },
      },
    ],
  ),
];

/** Bytes as text, whatever they are. */
function fromUtf8Leniently(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return '';
  }
}
