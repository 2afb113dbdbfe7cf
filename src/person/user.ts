/** The simulated person in front of the authenticator. */

/** What the person is asked to do. */
export interface UserPrompt {
  /**
   * Touch (`presence`), be recognised by a built-in method (`verification`), or put a finger on the sensor that is to
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

/**
 * What comes of it: `approve` (touched, recognised, a good sample), `decline` (the person says no), `fail` (not
 * recognised, or a poor sample; not for a touch), `ignore` (nothing ever happens, until the device gives up or the platform
 * cancels), or for a sample what is wrong with it.
 */
export type UserAnswer = 'approve' | 'decline' | 'fail' | 'ignore' | SampleFlaw;

/** What can be wrong with a sample of a fingerprint: the sensor's feedback of that name. */
export type SampleFlaw =
  | 'too-high'
  | 'too-low'
  | 'too-left'
  | 'too-right'
  | 'too-fast'
  | 'too-slow'
  | 'too-skewed'
  | 'too-short'
  | 'merge-failure'
  | 'exists'
  | 'no-transition';

/** An account that the person can choose at a sign-in, as the device told of it. */
export interface Account {
  readonly credentialId: Uint8Array;
  readonly userId?: Uint8Array;
  readonly name?: string;
  readonly displayName?: string;
}

/** Which of several accounts: its place, the newest being 0; or who decides it. `undefined` is a cancelled dialog. */
export type AccountChoice =
  | number
  | ((accounts: readonly Account[]) => number | undefined | Promise<number | undefined>);

/** Why a client asks for a PIN. */
export interface PinRequest {
  /** To show that one knows it, to set the first one, or to set another because the device wants that. */
  readonly kind: 'enter' | 'set' | 'change';
  /** How often in this ceremony it was asked for before. */
  readonly attempt: number;
  /** How many attempts the device leaves; undefined when there is no PIN yet. */
  readonly attemptsLeft?: number;
  /** Unicode code points of the shortest PIN there may be. */
  readonly minPinLength: number;
}

/** Anyone who can answer for the person. Asynchronous answers take their time. */
export interface User {
  answer(prompt: UserPrompt): UserAnswer | Promise<UserAnswer>;
  /** Asked by a client that has several accounts to offer. Absent: the newest. */
  chooseAccount?(): AccountChoice | Promise<AccountChoice>;
  /**
   * Asked by a client that has several authenticators: the place of the one that is touched first. `undefined` is a cancelled
   * dialog. Absent: 0, the first of them.
   */
  chooseAuthenticator?(count: number): number | undefined | Promise<number | undefined>;
  /** Asked by a client for a PIN; undefined is a cancelled dialog. Absent: there is none to give. */
  enterPin?: ((request: PinRequest) => string | undefined | Promise<string | undefined>) | undefined;
}

/** How the person behaves, until told otherwise. */
export interface UserScript {
  /** At a request for a touch. Default: approve. */
  readonly presence?: UserAnswer;
  /** At a request for verification by a built-in method. Default: approve. */
  readonly verification?: UserAnswer;
  /** At a request for a sample of a fingerprint. Default: approve. */
  readonly sample?: UserAnswer;
  /** At a choice between accounts. Default: 0, the newest. */
  readonly account?: AccountChoice;
  /** Where a client has several authenticators: the place of the one that is touched first. Default: 0. */
  readonly authenticator?: number;
  /** When a client asks for the PIN, or for a new one; null cancels. Default: there is none to give, and nobody asks. */
  readonly pin?: string | null;
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
 * user.use({ verification: 'fail' }); // is not recognised any more
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

  constructor(script: UserScript = {}) {
    this.use(script);
  }

  /** Changes how the person behaves from now on. */
  use(script: UserScript): void {
    this.#always = { ...this.#always, ...script };
  }

  /** Says what the person does once, at the next prompt of that kind; further calls queue up. */
  next(script: UserScript): void {
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
    // Who is not there, or says no, is not recognised either.
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
