/** What a scripted person is told. */
import { callable, either, exactly, maybe, nothing, oneOf, type Shape, text, whole } from '../base/shape.ts';
import { type AccountChoice, sampleFlaws, type UserAnswer } from './answers.ts';

/** How the person behaves, until told otherwise. */
export interface UserScript {
  /** At a request for a touch. Default: approve. */
  readonly presence?: Extract<UserAnswer, 'approve' | 'decline' | 'ignore'>;
  /** At a request for verification by a built-in method. Default: approve. */
  readonly verification?: Extract<UserAnswer, 'approve' | 'decline' | 'ignore' | 'fail'>;
  /** At a request for a sample of a fingerprint. Default: approve. */
  readonly sample?: UserAnswer;
  /** At a choice between accounts. Default: 0, the newest. */
  readonly account?: AccountChoice;
  /** Where a client has several authenticators: the place of the one that is touched first. Default: 0. */
  readonly authenticator?: number;
  /** When a client asks for the PIN, or for a new one; null cancels. Default: there is none to give, and nobody asks. */
  readonly pin?: string | null;
}

const PRESENCE = ['approve', 'decline', 'ignore'] as const;
const VERIFICATION = [...PRESENCE, 'fail'] as const;

/** What a script may say. */
export const userScriptShape: Shape<UserScript> = exactly(
  {
    presence: maybe(oneOf(PRESENCE)),
    verification: maybe(oneOf(VERIFICATION)),
    sample: maybe(oneOf([...VERIFICATION, ...sampleFlaws])),
    account: maybe(
      either(
        whole(0),
        callable<Extract<AccountChoice, (...args: never[]) => unknown>>(),
        'the place of an account (0 is the newest), or a function that chooses one',
      ),
    ),
    authenticator: maybe(whole(0)),
    pin: maybe(
      either(text({ secret: true }), nothing, 'a text, or null for a dialog that is closed', 'secret'),
    ),
  },
  'what the person does, such as { presence: "decline" }',
);
