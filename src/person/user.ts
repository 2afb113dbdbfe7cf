/** The simulated person in front of the authenticator. */
import { check, having, type Shape } from '../base/shape.ts';
import type { AccountChoice, PinRequest, UserAnswer } from './answers.ts';
import { type UserScript, userScriptShape } from './script.ts';

export type { Account, AccountChoice, PinRequest, SampleFlaw, UserAnswer } from './answers.ts';
export type { UserScript } from './script.ts';

/** What the person is asked to do. */
export interface UserPrompt {
  /**
   * Touch (`presence`), be recognized by a built-in method (`verification`), or put a finger on the sensor that is to
   * be enrolled (`fingerprint-sample`).
   */
  readonly kind: 'presence' | 'verification' | 'fingerprint-sample';
  /** The command that asks, by its CTAP byte. */
  readonly command: number;
  /** The RP concerned, where there is one. */
  readonly rpId?: string;
  /** For how many milliseconds the touch has to last, where a short one is not enough. */
  readonly holdFor?: number;
  /** How often in this command the same was asked before. */
  readonly attempt: number;
}

/** Anyone who can answer for the person. Asynchronous answers take their time. */
export interface User {
  answer(prompt: UserPrompt): UserAnswer | Promise<UserAnswer>;
  /** Asked by a client that has several accounts to offer. Absent: the newest. */
  chooseAccount?(): AccountChoice | Promise<AccountChoice>;
  /**
   * Asked by a client that has several authenticators: the place of the one that is touched first. `undefined` is a canceled
   * dialog. Absent: 0, the first of them.
   */
  chooseAuthenticator?(count: number): number | undefined | Promise<number | undefined>;
  /** Asked by a client for a PIN; undefined is a canceled dialog. Absent: there is none to give. */
  enterPin?: ((request: PinRequest) => string | undefined | Promise<string | undefined>) | undefined;
}

const WILLING: Required<Omit<UserScript, 'pin'>> & Pick<UserScript, 'pin'> = {
  presence: 'approve',
  verification: 'approve',
  sample: 'approve',
  account: 0,
  authenticator: 0,
};

/**
 * A person who does as scripted: for good with {@link ScriptedUser.use}, once with {@link ScriptedUser.next}.
 *
 * @example
 * ```ts
 * import { Authenticator, ScriptedUser } from 'stuntkey';
 * const user = new ScriptedUser();
 * const authenticator = new Authenticator({ user });
 * user.next({ presence: 'decline' }); // refuses the next touch, then approves again
 * user.use({ verification: 'fail' }); // is not recognized any more
 * ```
 */
export class ScriptedUser implements User {
  #always = WILLING;
  #presences: UserAnswer[] = [];
  #verifications: UserAnswer[] = [];
  #samples: UserAnswer[] = [];
  #accounts: AccountChoice[] = [];
  #authenticators: number[] = [];
  #pins: (string | null)[] = [];

  /** @throws StuntkeyError `bad-script` that names the member, as `use` and `next` do */
  constructor(script?: UserScript) {
    if (script !== undefined) this.use(script);
  }

  /** Changes how the person behaves from now on. */
  use(script: UserScript): void {
    this.#always = { ...this.#always, ...checked(script) };
  }

  /** Says what the person does once, at the next prompt of that kind; further calls queue up. */
  next(given: UserScript): void {
    const script = checked(given);
    if (script.presence !== undefined) this.#presences.push(script.presence);
    if (script.verification !== undefined) this.#verifications.push(script.verification);
    if (script.sample !== undefined) this.#samples.push(script.sample);
    if (script.account !== undefined) this.#accounts.push(script.account);
    if (script.authenticator !== undefined) this.#authenticators.push(script.authenticator);
    if (script.pin !== undefined) this.#pins.push(script.pin);
  }

  /** How many one-time answers wait for their prompts. */
  get queued(): number {
    const queues = [this.#presences, this.#verifications, this.#samples];
    return [...queues, this.#accounts, this.#authenticators, this.#pins].reduce(
      (count, queue) => count + queue.length,
      0,
    );
  }

  /** Approves everything again, and forgets what was queued. */
  reset(): void {
    this.#always = WILLING;
    this.#presences = [];
    this.#verifications = [];
    this.#samples = [];
    this.#accounts = [];
    this.#authenticators = [];
    this.#pins = [];
  }

  answer(prompt: UserPrompt): UserAnswer {
    if (prompt.kind === 'fingerprint-sample') return this.#samples.shift() ?? this.#always.sample;
    const present = this.#presences.shift() ?? this.#always.presence;
    // A person who is absent, or declines, is not recognized either.
    if (prompt.kind === 'presence' || present !== 'approve') return present;
    return this.#verifications.shift() ?? this.#always.verification;
  }

  chooseAccount(): AccountChoice {
    return this.#accounts.shift() ?? this.#always.account;
  }

  chooseAuthenticator(): number {
    return this.#authenticators.shift() ?? this.#always.authenticator;
  }

  /** Absent while there is no PIN to give: a client then does without where it can. */
  get enterPin(): (() => string | undefined) | undefined {
    if (this.#pins.length === 0 && this.#always.pin === undefined) return undefined;
    return () => {
      const pin = this.#pins.length > 0 ? this.#pins.shift() : this.#always.pin;
      return pin ?? undefined;
    };
  }
}

/** A person who can be told what to do. */
export const scriptedUserShape: Shape<ScriptedUser> = having<ScriptedUser>(
  'a person who can be told what to do: new ScriptedUser()',
  'next',
  'use',
  'answer',
);

const checked = (script: UserScript): UserScript => check(userScriptShape, script, 'bad-script');
