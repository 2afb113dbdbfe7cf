/** A relying party in this process: four functions. */

import { StuntkeyError } from '../../base/stuntkey-error.ts';
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
import {
  accepted,
  authenticationRequest,
  failed,
  isAcceptance,
  messageIn,
  noOptions,
  type OptionsRequest,
  optionsIn,
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
  /** Where its pages are. */
  readonly origin: string;
  readonly registration: CeremonyCallbacks;
  readonly authentication: CeremonyCallbacks;
  /** Another visitor, for relying parties that keep sessions by themselves. Default: the functions above, told apart by `visit`. */
  session?(): VisitorCallbacks;
  /** Whom it takes the visitor for: any text that is one account's, such as a user ID; undefined or null for nobody. */
  whoAmI?(visit: Pick<Visit, 'session'>): unknown;
  /** Removes a credential for a visitor, who may not be its owner. */
  remove?(credentialId: string, visit: Pick<Visit, 'session'>): unknown;
  /** A visitor with the cookies that this one has now: for those that keep sessions by themselves. */
  copy?(): VisitorCallbacks;
  /** For reports. Default: `callbacks`. */
  readonly name?: string;
  readonly traits?: TargetTraits;
}

/**
 * A target of callbacks.
 *
 * @throws StuntkeyError `bad-target` that names the function that is missing
 */
export function callbackTarget(callbacks: RelyingPartyCallbacks): Target {
  const { name = 'callbacks', origin, traits = {} } = callbacks;
  if (!URL.canParse(origin))
    throw new StuntkeyError('bad-target', `origin: expected an origin, got ${shown(origin)}`);
  for (const ceremony of ['registration', 'authentication'] as const) {
    for (const step of ['options', 'verify'] as const) {
      const given: unknown = callbacks[ceremony]?.[step];
      if (typeof given !== 'function')
        throw new StuntkeyError(
          'bad-target',
          `${ceremony}.${step}: expected a function, got ${shown(given)}`,
        );
    }
  }
  return {
    name,
    kind: 'callbacks',
    loopback: true,
    origin: new URL(origin).origin,
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
    const found = await this.#callbacks.whoAmI?.({ session: this.#session });
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
