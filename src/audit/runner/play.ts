/** One fault, as its scene plays it. */

import { Authenticator } from '../../authenticator/authenticator.ts';
import { defaultAuthority } from '../../authority/default-authority.ts';
import type { AttestationSource } from '../../authority/identity.ts';
import { base64url } from '../../base/base64url.ts';
import { equal } from '../../base/bytes.ts';
import { WebAuthnClient } from '../../client/client.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import {
  type AuthenticationFault,
  type CeremonyName,
  type Fault,
  NotApplicable,
  type OptionsWish,
  type RegistrationFault,
} from '../fault.ts';
import type { AssertionDraft, Given } from '../forge/draft.ts';
import { forgeAssertion, forgeRegistration } from '../forge/faulty.ts';
import { deviceKey } from '../forge/keys.ts';
import { pageOriginOf } from '../forge/page-origin.ts';
import type { Answer, AuditUser, RequestWish, Target } from '../targets/target.ts';
import { Actor, type AnyOptions, type AnyResponder } from './actor.ts';
import type { Limits } from './limits.ts';
import { Watch } from './watch.ts';

export interface PlayOptions {
  readonly target: Target;
  readonly limits: Limits;
  readonly nextUser: () => AuditUser;
  readonly attestation?: AttestationSource;
  /** Whether to look whom the server takes the audit for. Default: only its answers are believed. */
  readonly watching?: boolean;
}

/** What else a scene does around the response. */
interface Around {
  /** When the response is made, and before it is handed in. */
  readonly before?: () => void | Promise<void>;
  /** Does something else with the response than to hand it in. */
  readonly instead?: (response: unknown) => Promise<void>;
  /** What the client is told instead of the options that came. */
  readonly told?: (options: AnyOptions) => AnyOptions;
  /** What is unusual about the request. */
  readonly request?: RequestWish;
}

export class Play {
  readonly fault: Fault;
  readonly #options: PlayOptions;
  readonly #actors: Actor[] = [];
  /** Devices that registered, by whose they are. */
  readonly #devices: Actor[] = [];
  /** Sees which account a session is in; undefined where the target cannot say it. */
  readonly watch: Watch | undefined;

  constructor(fault: Fault, options: PlayOptions) {
    this.fault = fault;
    this.#options = options;
    this.watch = options.watching === true ? new Watch() : undefined;
  }

  get target(): Target {
    return this.#options.target;
  }

  /** What is asked of the server. */
  get wish(): OptionsWish {
    return this.fault.request ?? {};
  }

  /** A user whom the audit has not used yet. */
  nextUser(): AuditUser {
    return this.#options.nextUser();
  }

  /** The same user and device in a session that has the cookies of another as they are now. */
  copyOf(actor: Actor): Actor {
    const session = actor.cast.session.copy?.();
    if (session === undefined) throw new NotApplicable('the target has no cookies that could be copied');
    return new Actor({ ...actor.cast, session });
  }

  /** A new user, with a new device, in a new session. */
  async actor(user?: AuditUser): Promise<Actor> {
    const { target, limits, nextUser, attestation = defaultAuthority() } = this.#options;
    const authenticator = new Authenticator({
      attestation,
      ...(this.fault.policy && { policy: this.fault.policy }),
      generateKey: deviceKey,
    });
    const actor = this.#enters(
      new Actor({
        user: user ?? nextUser(),
        authenticator,
        client: clientOf(target, authenticator),
        session: await target.open(authenticator),
        limits,
        ...(this.watch && { registered: (actor) => this.#identify(actor) }),
      }),
    );
    this.#devices.push(actor);
    return actor;
  }

  /** The same device in a session that is not signed in, so that it shows who is in it afterwards; where anybody looks. */
  async stranger(actor: Actor): Promise<Actor> {
    return this.watch === undefined ? actor : this.visitor(actor);
  }

  /** By what name the server knows a user: learned from an honest sign-in elsewhere. */
  async identityOf(actor: Actor): Promise<string | undefined> {
    const elsewhere = await this.visitor(actor);
    await elsewhere.honestly('authentication', {});
    return elsewhere.whoAmI();
  }

  async #identify(actor: Actor): Promise<void> {
    if (this.watch?.knows(actor.user.name)) return;
    try {
      const who = await this.identityOf(actor);
      // What is another every time is no name, and says nothing of whose session it is.
      if (who !== undefined && who === (await this.identityOf(actor)))
        this.watch?.learn(actor.user.name, who);
    } catch (error) {
      // A server that does not say who it is can be asked for all else.
      if (!(error instanceof NotApplicable)) throw error;
    }
  }

  /** The same user in the same session, with another device. */
  async twin(actor: Actor): Promise<Actor> {
    const { target, attestation = defaultAuthority() } = this.#options;
    const authenticator = new Authenticator({
      attestation,
      ...(this.fault.policy && { policy: this.fault.policy }),
    });
    const client = clientOf(target, authenticator);
    const twin = new Actor({ ...actor.cast, authenticator, client });
    this.#devices.push(twin);
    return twin;
  }

  /** A stranger's device in the user's session: its keys belong to none of the known users. */
  async intruder(actor: Actor): Promise<Actor> {
    const intruder = await this.twin(actor);
    this.#devices.pop();
    return intruder;
  }

  /** The same device in another session, as the same user or as another. */
  async visitor(actor: Actor, user: AuditUser = actor.user): Promise<Actor> {
    const session = await this.target.open(actor.cast.authenticator);
    return this.#enters(new Actor({ ...actor.cast, user, session }));
  }

  /** The ceremony with the fault. What it is given may depend on what happens once the options are there. */
  faulty(
    actor: Actor,
    given: Given | (() => Promise<Given>) = {},
    { before, instead, told, request }: Around = {},
  ): Promise<Answer> {
    const { fault } = this;
    this.watch?.follow(actor);
    const respond: AnyResponder = async (came, made) => {
      const options = told?.(came) ?? came;
      const found = typeof given === 'function' ? await given() : given;
      const honest = await actor.respond(fault.ceremony, options, told === undefined ? made : undefined);
      const response = await this.#forge(fault, actor, options, honest, found);
      await before?.();
      if (instead === undefined) return response;
      await instead(response);
      return undefined;
    };
    const headers = fault.headers?.(pageOriginOf(this.target.origin));
    const unusual =
      headers === undefined ? request : { headers, ...(fault.subject === 'request' && { foreign: true }) };
    return actor.perform(fault.ceremony, this.wish, respond, unusual && { request: unusual });
  }

  /** Whose key it is, of the users of this play. */
  holderOf({ secret }: KeyPair): string | undefined {
    const actor = this.#devices.find(({ cast }) =>
      cast.authenticator.credentials.list().some(({ privateKey }) => equal(privateKey, secret)),
    );
    return actor?.user.name;
  }

  /** Makes a response of the fault to options of the audit's own making. */
  async forged(
    ceremony: CeremonyName,
    actor: Actor,
    options: AnyOptions,
    change: (draft: never) => void | Promise<void> = () => {},
  ): Promise<unknown> {
    const honest = await actor.respond(ceremony, options);
    const { request: _request, followUp: _followUp, ...plain } = this.fault as RegistrationFault;
    this.watch?.follow(actor);
    return this.#forge({ ...plain, ceremony, change } as Fault, actor, options, honest, {});
  }

  /** The sign-in that shows what a registration has left behind. */
  followUp(actor: Actor): Promise<Answer> {
    const { fault } = this;
    const change: (draft: AssertionDraft) => void | Promise<void> =
      (fault.ceremony === 'registration' ? fault.followUp : undefined) ?? (() => {});
    this.watch?.follow(actor);
    return actor.perform('authentication', {}, async (options, made) => {
      try {
        const response = (await actor.respond('authentication', options, made)) as AuthenticationResponseJSON;
        return await forgeAssertion({ change: this.#noting(change) }, {
          ...this.#ceremony(actor, options, response),
          response,
        } as Parameters<typeof forgeAssertion>[1]);
      } catch (error) {
        // The server does not want that credential: the client finds none that it has.
        if (error instanceof DOMException) return undefined;
        throw error;
      }
    });
  }

  /** Ends all sessions; accounts that are used again are left as they were, as far as that can be done. */
  async end(): Promise<void> {
    if (this.target.traits.accounts !== undefined) await this.#removeAll();
    // A visit that cannot be ended takes nothing back of what was seen in it.
    for (const { cast } of this.#actors) await Promise.resolve(cast.session.close?.()).catch(() => {});
  }

  async #removeAll(): Promise<void> {
    for (const { cast } of this.#devices) {
      const [credential] = cast.authenticator.credentials.list();
      if (credential === undefined || cast.session.remove === undefined) continue;
      await cast.limits.during(async ({ own: _, ...turn }) => {
        await cast.session.remove?.(base64url(credential.id), turn);
        return { kind: 'abandoned' };
      });
    }
  }

  #enters(actor: Actor): Actor {
    this.#actors.push(actor);
    return actor;
  }

  #ceremony(
    actor: Actor,
    options: AnyOptions,
    response: RegistrationResponseJSON | AuthenticationResponseJSON,
  ) {
    return { options, origin: this.target.origin, credential: actor.recordOf(response) };
  }

  /** Notes whose key signs: none, where the signature is not made by a key. */
  #noting(change: AuthenticationFault['change']): AuthenticationFault['change'] {
    return async (draft) => {
      const { signature, signed, response } = draft;
      await change(draft);
      const replaced = this.fault.subject === 'signature' && draft.response !== response;
      const spoiled = draft.signature !== signature || draft.signed !== signed || replaced;
      this.watch?.signedBy(spoiled ? undefined : this.holderOf(draft.key));
    };
  }

  #forge(
    fault: Fault,
    actor: Actor,
    options: AnyOptions,
    response: RegistrationResponseJSON | AuthenticationResponseJSON,
    given: Given,
  ): Promise<unknown> {
    const common = { ...this.#ceremony(actor, options, response), given };
    if (fault.ceremony === 'authentication') {
      return forgeAssertion(
        { ...fault, change: this.#noting(fault.change) },
        {
          ...common,
          options: options as PublicKeyCredentialRequestOptionsJSON,
          response: response as AuthenticationResponseJSON,
        },
      );
    }
    const { attestation } = this.#options;
    return forgeRegistration(fault, {
      ...common,
      options: options as PublicKeyCredentialCreationOptionsJSON,
      response: response as RegistrationResponseJSON,
      policy: actor.cast.authenticator.policy,
      ...(attestation && { source: attestation }),
    });
  }
}

/** A client where the target's pages are, or in the app that the target is for. */
function clientOf({ origin, app }: Target, authenticator: Authenticator): WebAuthnClient {
  return new WebAuthnClient({ origin, authenticator, ...(app && { app }) });
}
