/**
 * Functions for Artillery's scenarios (https://www.artillery.io/docs/reference/engines/http): Artillery sends the requests and
 * measures them; these functions take the options in a server's answer and make the credential for the next request. See docs/load.md.
 */

import { base64url, fromBase64url } from '../base/base64url.ts';
import { systemClock, wallTime } from '../base/clock.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../webauthn/types.ts';
import { reasonOf } from './fleet/reason.ts';
import { type Answer, accepted, jsonOf, Refused } from './refusal.ts';
import { fleetOf, type LoadSettings, pick } from './settings.ts';

export type { Answer, Refused } from './refusal.ts';
export type { LoadSettings } from './settings.ts';

/** Variables of a virtual user: ours are set by {@link person} and the ceremonies, and can be set by a script. */
export interface Variables {
  readonly stuntkey?: LoadSettings;
  /** Which person this is: 0 to 2^53 - 1. */
  person?: number | string;
  userName?: string;
  /** base64url. After a registration the user handle that the server gave. */
  userHandle?: string;
  /** base64url. */
  credentialId?: string;
  /** A server's options, for a ceremony that is called as a step of its own. */
  options?: unknown;
  /** The credential to send to the server. */
  credential?: unknown;
  /** When the ceremony under way began: milliseconds since 1970. */
  ceremonyBegan?: number;
  [name: string]: unknown;
}

/** What Artillery hands to functions. */
export interface Context {
  readonly vars: Variables;
}

/** Where metrics go. */
export interface Metrics {
  /** Counts, or notes a value, under a name. */
  emit(kind: 'counter' | 'histogram', name: string, value: number): unknown;
}

/** A response with got's timings. */
export interface TimedAnswer extends Answer {
  readonly timings?: { readonly start?: number };
}

/** As a step: context and metrics. As `afterResponse`: request, response, context and metrics. */
export type Ceremony = (
  ...args: [Context, Metrics] | [request: unknown, answer: TimedAnswer, context: Context, metrics: Metrics]
) => Promise<void>;

/** As `afterResponse` of the request that brings the credential. */
export type Verdict = (request: unknown, answer: Answer, context: Context, metrics: Metrics) => Promise<void>;

const now = (): number => wallTime(systemClock);

/** Counts a refusal of any kind, and ends the virtual user with it. */
function refuse(metrics: Metrics, error: unknown): never {
  const { name, code, message } = reasonOf(error);
  const reason = code ?? name;
  metrics.emit('counter', 'stuntkey.refused', 1);
  metrics.emit('counter', `stuntkey.refused.${reason}`, 1);
  throw error instanceof Refused ? error : new Refused(reason, message, { cause: error });
}

/** The number of a virtual user's person. @throws StuntkeyError `bad-options` or `bad-index` */
function personOf(vars: Variables): number {
  const { person } = vars;
  // Out of CSV files come texts.
  if (typeof person === 'string' && /^-?[\d.]+$/.test(person)) return Number(person);
  return person === undefined || person === '' ? pick(vars.stuntkey ?? { rpId: '' }) : (person as number);
}

/**
 * A step (or `beforeScenario`) that makes the virtual user a person: `person` if that is set, and else a random one.
 * Sets `person`, `userName`, `userHandle` and `credentialId`.
 *
 * @throws Refused that ends the virtual user: `bad-options` or `bad-index`
 */
export async function person({ vars }: Context, metrics: Metrics): Promise<void> {
  try {
    const { index, credentialId, userHandle } = fleetOf(vars.stuntkey).record(personOf(vars));
    vars.person = index;
    vars.userName ??= `person-${index}`;
    vars.userHandle ??= base64url(userHandle);
    vars.credentialId = base64url(credentialId);
  } catch (error) {
    refuse(metrics, error);
  }
}

function ceremony(kind: 'registration' | 'sign_in'): Ceremony {
  return async (...args) => {
    const [context, metrics] = args.length === 2 ? args : [args[2], args[3]];
    const answer = args.length === 2 ? undefined : args[1];
    try {
      await perform(kind, answer, context.vars, metrics);
    } catch (error) {
      refuse(metrics, error);
    }
  };
}

async function perform(
  kind: 'registration' | 'sign_in',
  answer: TimedAnswer | undefined,
  vars: Variables,
  metrics: Metrics,
): Promise<void> {
  const began = now();
  vars.ceremonyBegan = answer?.timings?.start ?? began;
  const people = fleetOf(vars.stuntkey);
  const index = personOf(vars);
  vars.person = index;
  const userHandle = vars.userHandle === undefined ? undefined : fromBase64url(vars.userHandle);
  const actor = people.person(index, userHandle && { userHandle });
  const options = answer === undefined ? vars.options : jsonOf(answer);
  if (kind === 'registration') {
    const creation = options as PublicKeyCredentialCreationOptionsJSON;
    vars.credential = await actor.create(creation);
    // Who keeps nothing has to be told at the sign-in how the server calls this person.
    const { user } = 'publicKey' in creation ? (creation.publicKey as typeof creation) : creation;
    vars.userHandle = user.id;
  } else {
    vars.credential = await actor.get(options as PublicKeyCredentialRequestOptionsJSON);
  }
  metrics.emit('histogram', `stuntkey.${kind}.authenticator_time`, now() - began);
}

function verdict(kind: 'registration' | 'sign_in', counter: string): Verdict {
  return async (_request, answer, { vars }, metrics) => {
    try {
      accepted(answer);
    } catch (error) {
      refuse(metrics, error);
    }
    metrics.emit('counter', `stuntkey.${counter}`, 1);
    const { ceremonyBegan } = vars;
    if (ceremonyBegan !== undefined) {
      metrics.emit('histogram', `stuntkey.${kind}.ceremony_time`, now() - ceremonyBegan);
    }
  };
}

/** `afterResponse` of the request for creation options, or a step where `options` has them: sets `credential`. */
export const register: Ceremony = ceremony('registration');
/** `afterResponse` of the request for request options, or a step where `options` has them: sets `credential`. */
export const signIn: Ceremony = ceremony('sign_in');
/** `afterResponse` of the request that registers. */
export const registered: Verdict = verdict('registration', 'registered');
/** `afterResponse` of the request that signs in. */
export const signedIn: Verdict = verdict('sign_in', 'signed_in');

/** Errors that were reported already: Artillery reports an error that ended a request twice. */
const told = new WeakSet<object>();

/**
 * `onError` of a scenario: counts requests without an answer, such as ECONNREFUSED. (It returns no promise, unlike the others: at this
 * place Artillery waits for `done` only.)
 */
export function unanswered(
  error: unknown,
  _request: unknown,
  _context: Context,
  metrics: Metrics,
  done: () => void,
): void {
  // What a ceremony or a verdict threw is counted already.
  const known = error instanceof Refused || (error instanceof Error && told.has(error));
  if (!known) {
    if (error instanceof Error) told.add(error);
    const { name, code } = reasonOf(error);
    metrics.emit('counter', 'stuntkey.refused', 1);
    metrics.emit('counter', `stuntkey.refused.${code ?? name}`, 1);
  }
  done();
}
