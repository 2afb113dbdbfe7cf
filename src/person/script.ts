/** What a scripted person is told. */
import {
  callable,
  described,
  either,
  exactly,
  type Members,
  maybe,
  nothing,
  oneOf,
  type Shape,
  text,
  whole,
} from '../base/shape.ts';
import { type AccountChoice, sampleFlaws, type UserAnswer } from './answers.ts';

/** How the person behaves, until told otherwise. */
export interface UserScript {
  /** At a request for a touch. `ask` waits for an answer from outside, such as a click in the inspector. Default: approve. */
  readonly presence?: Extract<UserAnswer, 'approve' | 'decline' | 'ignore'> | 'ask';
  /** At a request for verification by a built-in method. Default: approve. */
  readonly verification?: Extract<UserAnswer, 'approve' | 'decline' | 'ignore' | 'fail'> | 'ask';
  /** At a request for a sample of a fingerprint. Default: approve. */
  readonly sample?: UserAnswer | 'ask';
  /** Milliseconds before each of these answers; with `next`, before those of the same call. Default: 0. */
  readonly delay?: number;
  /** At a choice between accounts. Default: 0, the newest. */
  readonly account?: AccountChoice;
  /** Where a client has several authenticators: the place of the one that is touched first. Default: 0. */
  readonly authenticator?: number;
  /** The answer when a client asks for the PIN, or for a new one; null cancels. Default: the person knows no PIN, and clients do not ask. */
  readonly pin?: string | null;
}

const PRESENCE = ['approve', 'decline', 'ignore', 'ask'] as const;
const VERIFICATION = [...PRESENCE, 'fail'] as const;

/** The slowest person, in milliseconds. */
const LONGEST_DELAY = 600_000;

const members = () =>
  ({
    presence: maybe(described(oneOf(PRESENCE), 'At a request for a touch.')),
    verification: maybe(described(oneOf(VERIFICATION), 'At a request by a fingerprint reader or the like.')),
    sample: maybe(
      described(oneOf([...VERIFICATION, ...sampleFlaws]), 'At a request for a sample of a fingerprint.'),
    ),
    delay: maybe(described(whole(0, LONGEST_DELAY), 'Milliseconds before each of these answers.')),
  }) as const satisfies Members;

const PIN = 'a text, or null for a dialog that is closed';
const EXAMPLE = 'what the person does, such as { presence: "decline" }';

/** What a script may say. */
export const userScriptShape: Shape<UserScript> = exactly(
  () => ({
    ...members(),
    account: maybe(
      either(
        whole(0),
        callable<Extract<AccountChoice, (...args: never[]) => unknown>>(),
        'the place of an account (0 is the newest), or a function that chooses one',
      ),
    ),
    authenticator: maybe(whole(0)),
    pin: maybe(either(text({ secret: true }), nothing, PIN, 'secret')),
  }),
  EXAMPLE,
);

/** A script as JSON has it: an account is chosen by its place or by its name. */
export interface UserScriptJson extends Omit<UserScript, 'account'> {
  readonly $schema?: string;
  readonly account?: number | string;
}

/** The longest text that JSON may have here, in characters. */
const LONGEST = 1000;

/** What a script may say in JSON. */
export const userScriptJsonShape: Shape<UserScriptJson> = exactly(
  () => ({
    $schema: maybe(text()),
    ...members(),
    account: maybe(
      described(
        either(
          whole(0, 9999),
          text({ most: LONGEST }),
          'the place of an account (0 to 9999, 0 is the newest), or its name',
        ),
        'Which of several accounts: a user’s name, or its place, 0 being the newest.',
      ),
    ),
    authenticator: maybe(
      described(whole(0, 9999), 'Which of several authenticators is touched first, by its place.'),
    ),
    pin: maybe(
      described(
        either(text({ most: LONGEST, secret: true }), nothing, PIN, 'secret'),
        'Entered when the PIN is asked for, or a new one; null closes that dialog.',
      ),
    ),
  }),
  EXAMPLE,
);

/** A script out of JSON that was checked. */
export function userScriptOf({ $schema: _, account, ...script }: UserScriptJson): UserScript {
  return account === undefined ? script : { ...script, account: choiceOf(account) };
}

function choiceOf(account: number | string): AccountChoice {
  if (typeof account === 'number') return account;
  return (accounts) => {
    const place = accounts.findIndex(({ name }) => name === account);
    return place < 0 ? undefined : place;
  };
}
