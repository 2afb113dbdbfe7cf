/** A user with a device and a client, on a visit to the target. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import { fromBase64url } from '../../base/base64url.ts';
import type { WebAuthnClient } from '../../client/client.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import { type CeremonyName, NotApplicable, type OptionsWish } from '../fault.ts';
import { NoAnswer } from '../targets/answer.ts';
import type { Answer, AuditUser, RequestWish, TargetSession } from '../targets/target.ts';
import { failed } from '../targets/words.ts';
import type { Limits } from './limits.ts';

/** An honest step of a scene did not end as it has to. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
  readonly answer: Answer;

  constructor(step: string, answer: Answer) {
    super(step);
    this.answer = answer;
  }
}

/** Either ceremony's options: what a scene reads of them is in both. */
export type AnyOptions = PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;

export type AnyResponder = (options: AnyOptions, honest?: unknown) => Promise<unknown>;

/** What a scene asks for beside a ceremony's options. */
export interface Asked {
  readonly request?: RequestWish;
}

export interface Cast {
  readonly user: AuditUser;
  readonly authenticator: Authenticator;
  readonly client: WebAuthnClient;
  readonly session: TargetSession;
  readonly limits: Limits;
  /** Called when it has registered honestly. */
  readonly registered?: (actor: Actor) => Promise<void>;
}

export class Actor {
  readonly cast: Cast;
  /** Whether it names its account when it signs in. */
  readonly #named: boolean;

  constructor(cast: Cast, named = true) {
    this.cast = cast;
    this.#named = named;
  }

  get user(): AuditUser {
    return this.cast.user;
  }

  /** The one credential of its device. */
  get credential(): CredentialRecord {
    const [record] = this.cast.authenticator.credentials.list();
    if (record === undefined) throw new NotApplicable('the device has no credential');
    return record;
  }

  /** The same, in the same session, saying another name. */
  as(user: AuditUser): Actor {
    return new Actor({ ...this.cast, user }, this.#named);
  }

  /** The same, signing in without naming the account. */
  nameless(): Actor {
    return new Actor(this.cast, false);
  }

  /** A ceremony with the target, whose options are answered as given. */
  perform(
    ceremony: CeremonyName,
    wish: OptionsWish,
    respond: AnyResponder,
    { request }: Asked = {},
  ): Promise<Answer> {
    const { session, limits, user } = this.cast;
    return limits.during(({ own, ...turn }) => {
      // What is made of the options is our own work, whatever it takes.
      const timed: AnyResponder = (options, honest) => own(() => respond(options, honest));
      const call = { ...turn, wish, respond: timed, ...(request && { request }) };
      return ceremony === 'registration'
        ? session.register({ ...call, user })
        : session.signIn({ ...call, user: this.#named ? user : undefined });
    });
  }

  /** Hands in a response for which this session has, or has not, asked. */
  submit(ceremony: CeremonyName, response: unknown, { request }: Asked = {}): Promise<Answer> {
    const { session, limits, user } = this.cast;
    const call = { ceremony, user, response, ...(request && { request }) };
    return limits.during(({ own: _, ...turn }) => session.submit?.({ ...call, ...turn }) as Promise<Answer>);
  }

  /**
   * Whom the server takes this session for; undefined where the session is not signed in, or the server has no way to say it.
   *
   * @throws NotApplicable where the server does not answer: that is not the same as an answer that names no one
   */
  async whoAmI(): Promise<string | undefined> {
    const { session, limits } = this.cast;
    let who: string | undefined;
    const asked = await limits.during(async ({ own: _, ...turn }) => {
      try {
        who = await session.whoAmI?.(turn);
        return { kind: 'abandoned' };
      } catch (error) {
        if (error instanceof NoAnswer) return failed(error.message, error.breakage, error.status);
        throw error;
      }
    });
    if (asked.kind === 'error')
      throw new NotApplicable(`the target does not say who is signed in: ${asked.message}`);
    return who;
  }

  /** @throws NotApplicable where {@link submit} is not to be had */
  mustSubmit(): void {
    if (this.cast.session.submit === undefined)
      throw new NotApplicable('a response cannot be handed in to the target without asking for options');
  }

  /** What client and device answer honestly; `honest` is the answer, where the caller has it already. */
  async respond(
    ceremony: CeremonyName,
    options: AnyOptions,
    honest?: unknown,
  ): Promise<RegistrationResponseJSON | AuthenticationResponseJSON> {
    if (honest !== undefined) return honest as RegistrationResponseJSON;
    const { client } = this.cast;
    return ceremony === 'registration'
      ? client.create(options as PublicKeyCredentialCreationOptionsJSON)
      : client.get(options as PublicKeyCredentialRequestOptionsJSON);
  }

  /** An honest ceremony, that has to pass. @throws Unexpected */
  async honestly(
    ceremony: CeremonyName,
    wish: OptionsWish,
    seen?: (options: AnyOptions) => void,
  ): Promise<void> {
    const answer = await this.perform(ceremony, wish, (options, honest) => {
      seen?.(options);
      return this.respond(ceremony, options, honest);
    });
    if (answer.kind !== 'accepted') throw new Unexpected(`an honest ${ceremony}`, answer);
  }

  async registerHonestly(wish: OptionsWish): Promise<void> {
    await this.honestly('registration', wish);
    await this.cast.registered?.(this);
  }

  /** The device's record of the credential in a response. */
  recordOf({ id }: { readonly id: string }): CredentialRecord {
    return this.cast.authenticator.credentials.get(fromBase64url(id)) ?? this.credential;
  }
}
