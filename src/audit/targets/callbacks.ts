/** A relying party in this process: four functions. */

import { callable, check, exactly, having, maybe, type Shape, text } from '../../base/shape.ts';
import { type AppOptions, appShape } from '../../client/app.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { Exchange } from '../exchange.ts';
import type { CeremonyName } from '../fault.ts';
import type {
  Answer,
  AuditUser,
  CeremonyCall,
  SubmitCall,
  Target,
  TargetSession,
  TargetTraits,
} from './target.ts';
import { traitsShape } from './traits.ts';
import {
  accepted,
  authenticationRequest,
  failed,
  isAcceptance,
  messageIn,
  noOptions,
  type OptionsRequest,
  optionsIn,
  originOf,
  registrationRequest,
  rejected,
  short,
  shown,
} from './words.ts';

/** Tells visitors apart, for relying parties that are one set of functions. */
export interface Visit {
  /** Whatever the relying party wants to keep for this visitor: a challenge, whom it was for. */
  readonly session: Record<string, unknown>;
  /** Who registers or signs in; undefined at a sign-in without a name. */
  readonly user: AuditUser | undefined;
  /** What a request would carry that lies about where it comes from: names in lower case. Mostly empty. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What both ceremonies are made of. */
export interface CeremonyCallbacks {
  /** Makes options, with or without `publicKey` around them. What it throws means that there are none. */
  options(request: OptionsRequest, visit: Visit): unknown;
  /**
   * Verifies a response, as far as a server does: to what it stores. Resolves to true, `{ verified: true }` or
   * `{ status: 'ok' }`, or to false, `{ verified: false }` or `{ status: 'failed' }`. Throwing is a refusal.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the response is whatever a stranger has sent.
  verify(response: any, visit: Visit): unknown;
}

/** The functions of one visitor. */
export type VisitorCallbacks = Pick<
  RelyingPartyCallbacks,
  'registration' | 'authentication' | 'whoAmI' | 'remove' | 'copy'
>;

/** A relying party. */
export interface RelyingPartyCallbacks {
  /** Where its pages are, or an app's origin. */
  readonly origin: string;
  /** What lets an app or an extension use the RP ID, where the origin is one's. */
  readonly app?: AppOptions;
  readonly registration: CeremonyCallbacks;
  readonly authentication: CeremonyCallbacks;
  /** Another visitor, for relying parties that keep sessions by themselves. Default: the functions above, told apart by `visit`. */
  session?(): VisitorCallbacks;
  /**
   * Whom it takes the visitor for: any text that is one account's, such as a user ID; undefined or null where the visitor is not signed in,
   * or it throws.
   */
  whoAmI?(visit: Pick<Visit, 'session'>): unknown;
  /** Removes a credential for a visitor, who may not be its owner. */
  remove?(credentialId: string, visit: Pick<Visit, 'session'>): unknown;
  /** A visitor with the cookies that this one has now: for those that keep sessions by themselves. */
  copy?(): VisitorCallbacks;
  /** For reports. Default: `callbacks`. */
  readonly name?: string;
  readonly traits?: TargetTraits;
}

const ceremony = having<CeremonyCallbacks>('an object of two functions', 'options', 'verify');

const shape: Shape<RelyingPartyCallbacks> = exactly({
  origin: text({ what: 'an origin such as https://example.com' }),
  app: maybe(appShape),
  registration: ceremony,
  authentication: ceremony,
  session: maybe(callable<NonNullable<RelyingPartyCallbacks['session']>>()),
  whoAmI: maybe(callable<NonNullable<RelyingPartyCallbacks['whoAmI']>>()),
  remove: maybe(callable<NonNullable<RelyingPartyCallbacks['remove']>>()),
  copy: maybe(callable<NonNullable<RelyingPartyCallbacks['copy']>>()),
  name: maybe(text()),
  traits: maybe(traitsShape),
});

/** An object of a class may have more than a relying party needs; a plain one may not. */
function checked(given: RelyingPartyCallbacks): RelyingPartyCallbacks {
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(Object(given)));
  const known = ['origin', 'app', 'name', 'traits'] as const;
  const functions = ['registration', 'authentication', 'session', 'whoAmI', 'remove', 'copy'] as const;
  const members = [...known, ...functions].map((name) => [name, Object(given)[name]]);
  return check(shape, isPlain ? given : Object.fromEntries(members), 'bad-target');
}

/**
 * A target of callbacks.
 *
 * @throws StuntkeyError `bad-target` that names the function that is missing
 */
export function callbackTarget(callbacks: RelyingPartyCallbacks): Target {
  const { name = 'callbacks', origin, app, traits = {} } = checked(callbacks);
  return {
    name,
    kind: 'callbacks',
    loopback: true,
    origin: originOf('origin', origin),
    ...(app && { app }),
    traits: { ...(callbacks.whoAmI && { whoAmI: true }), ...traits },
    open: async () => new CallbackSession(callbacks.session?.() ?? callbacks),
  };
}

class CallbackSession implements TargetSession {
  readonly #callbacks: VisitorCallbacks;
  readonly #session: Record<string, unknown> = {};
  copy?: () => TargetSession;

  constructor(callbacks: VisitorCallbacks) {
    this.#callbacks = callbacks;
    if (callbacks.remove === undefined) delete this.remove;
    const { copy } = callbacks;
    if (copy !== undefined) this.copy = () => new CallbackSession(copy());
  }

  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer> {
    const user = call.user as AuditUser;
    return this.#ceremony('registration', registrationRequest(user, call.wish), call);
  }

  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer> {
    return this.#ceremony('authentication', authenticationRequest(call.user, call.wish), call);
  }

  async submit({ ceremony, user, response, request }: SubmitCall): Promise<Answer> {
    const visit = { session: this.#session, user, headers: request?.headers ?? {} };
    let result: unknown;
    let answer: Answer;
    try {
      result = await this.#callbacks[ceremony].verify(response, visit);
      const acceptance = isAcceptance(result);
      answer =
        acceptance === undefined
          ? failed(
              `${ceremony}.verify: expected true, false, or an object with verified or status, got ${shown(result)}`,
              'unreadable',
            )
          : acceptance
            ? accepted()
            : rejected(messageIn(result));
    } catch (error) {
      result = error instanceof Error ? error.message : error;
      answer = rejected(shownError(error));
    }
    const exchange: Exchange = {
      method: 'call',
      url: `${ceremony}.verify`,
      body: whole(response),
      answer: whole(result),
    };
    return { ...answer, exchange } as Answer;
  }

  async whoAmI(): Promise<string | undefined> {
    let found: unknown;
    try {
      found = await this.#callbacks.whoAmI?.({ session: this.#session });
    } catch {
      // As elsewhere, throwing is a refusal: a visitor who is not signed in.
    }
    return found === undefined || found === null || found === '' || found === false
      ? undefined
      : typeof found === 'string'
        ? found
        : whole(found);
  }

  remove? = async (credentialId: string): Promise<void> => {
    try {
      await this.#callbacks.remove?.(credentialId, { session: this.#session });
    } catch {
      // A refusal: what became of it shows in the next sign-in.
    }
  };

  async #ceremony<Options>(
    ceremony: CeremonyName,
    request: OptionsRequest,
    call: CeremonyCall<Options>,
  ): Promise<Answer> {
    const { user, respond } = call;
    let given: unknown;
    try {
      given = await this.#callbacks[ceremony].options(request, { session: this.#session, user, headers: {} });
    } catch (error) {
      return noOptions(shownError(error));
    }
    const options = optionsIn<Options>(given);
    if (options === undefined)
      return noOptions(
        messageIn(given) ?? `${ceremony}.options: expected options with a challenge, got ${shown(given)}`,
      );
    const response = await respond(options);
    return response === undefined ? { kind: 'abandoned' } : this.submit({ ...call, ceremony, response });
  }
}

function shownError(error: unknown): string {
  return error instanceof Error ? short(error.message) : shown(error);
}

/** The longest that is kept of what was sent or answered. */
const MOST_KEPT = 4_000;

function whole(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, MOST_KEPT);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
