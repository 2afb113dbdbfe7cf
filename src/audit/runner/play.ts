/** One fault, as its scene plays it. */

import { Authenticator } from '../../authenticator/authenticator.ts';
import { defaultAuthority } from '../../authority/default-authority.ts';
import type { AttestationSource } from '../../authority/identity.ts';
import { WebAuthnClient } from '../../client/client.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { Fault, OptionsWish } from '../fault.ts';
import type { AssertionDraft, Given } from '../forge/draft.ts';
import { forgeAssertion, forgeRegistration } from '../forge/faulty.ts';
import { otherKey } from '../forge/keys.ts';
import type { Answer, AuditUser, Target } from '../targets/target.ts';
import { Actor, type AnyOptions } from './actor.ts';
import type { Limits } from './limits.ts';

/** RSA: its keys take long to make, and all devices of an audit may have the same. */
const isRsa = (algorithm: number): boolean => algorithm <= -257 || [-37, -38, -39].includes(algorithm);

export interface PlayOptions {
  readonly target: Target;
  readonly limits: Limits;
  readonly nextUser: () => AuditUser;
  readonly attestation?: AttestationSource;
}

/** What else a scene does around the response. */
interface Around {
  /** When the response is made, and before it is handed in. */
  readonly before?: () => void | Promise<void>;
  /** Does something else with the response than to hand it in. */
  readonly instead?: (response: unknown) => Promise<void>;
}

export class Play {
  readonly fault: Fault;
  readonly #options: PlayOptions;
  readonly #actors: Actor[] = [];

  constructor(fault: Fault, options: PlayOptions) {
    this.fault = fault;
    this.#options = options;
  }

  get target(): Target {
    return this.#options.target;
  }

  /** What is asked of the server. */
  get wish(): OptionsWish {
    return this.fault.request ?? {};
  }

  /** A new user, with a new device, in a new session. */
  async actor(user?: AuditUser): Promise<Actor> {
    const { target, limits, nextUser, attestation = defaultAuthority() } = this.#options;
    const authenticator = new Authenticator({
      attestation,
      ...(this.fault.policy && { policy: this.fault.policy }),
      generateKey: (algorithm) => (isRsa(algorithm) ? otherKey(algorithm) : undefined),
    });
    return this.#enters(
      new Actor({
        user: user ?? nextUser(),
        authenticator,
        client: new WebAuthnClient({ origin: target.origin, authenticator }),
        session: await target.open(authenticator),
        limits,
      }),
    );
  }

  /** The same user in the same session, with another device. */
  async twin(actor: Actor): Promise<Actor> {
    const { target, attestation = defaultAuthority() } = this.#options;
    const authenticator = new Authenticator({
      attestation,
      ...(this.fault.policy && { policy: this.fault.policy }),
    });
    const client = new WebAuthnClient({ origin: target.origin, authenticator });
    return new Actor({ ...actor.cast, authenticator, client });
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
    { before, instead }: Around = {},
  ): Promise<Answer> {
    const { fault } = this;
    return actor.perform(fault.ceremony, this.wish, async (options, made) => {
      const found = typeof given === 'function' ? await given() : given;
      const honest = await actor.respond(fault.ceremony, options, made);
      const response = await this.#forge(fault, actor, options, honest, found);
      await before?.();
      if (instead === undefined) return response;
      await instead(response);
      return undefined;
    });
  }

  /** The sign-in that shows what a registration has left behind. */
  followUp(actor: Actor): Promise<Answer> {
    const { fault } = this;
    const change: (draft: AssertionDraft) => void | Promise<void> =
      (fault.ceremony === 'registration' ? fault.followUp : undefined) ?? (() => {});
    return actor.perform('authentication', {}, async (options, made) => {
      try {
        const response = (await actor.respond('authentication', options, made)) as AuthenticationResponseJSON;
        return await forgeAssertion({ change }, {
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

  /** Ends all sessions. */
  async end(): Promise<void> {
    for (const { cast } of this.#actors) await cast.session.close?.();
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

  #forge(
    fault: Fault,
    actor: Actor,
    options: AnyOptions,
    response: RegistrationResponseJSON | AuthenticationResponseJSON,
    given: Given,
  ): Promise<unknown> {
    const common = { ...this.#ceremony(actor, options, response), given };
    if (fault.ceremony === 'authentication') {
      return forgeAssertion(fault, {
        ...common,
        options: options as PublicKeyCredentialRequestOptionsJSON,
        response: response as AuthenticationResponseJSON,
      });
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
