/** The simulated person in front of the authenticator. */
import { type Clock, systemClock } from '../base/clock.ts';
import { check, having, type Shape } from '../base/shape.ts';
import { timer } from '../base/timer.ts';
import type { AccountChoice, PinRequest, UserAnswer, UserPrompt } from './answers.ts';
import { type UserScript, userScriptShape } from './script.ts';
import { Waiting } from './waiting.ts';

export type { Account, AccountChoice, PinRequest, SampleFlaw, UserAnswer, UserPrompt } from './answers.ts';
export type { UserScript } from './script.ts';

/** Anyone who can answer for the person. Asynchronous answers take their time. */
export interface User {
  /** What the person does when the device asks. */
  answer(prompt: UserPrompt): UserAnswer | Promise<UserAnswer>;
  /** Told when a prompt whose answer was awaited is over, answered or not: the device gave up, or the platform canceled. */
  leave?(prompt: UserPrompt): void;
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
  delay: 0,
};

type Word = UserAnswer | 'ask';

/** What is done once: a word, and after how long where that was said with it. */
interface Once {
  readonly word: Word;
  readonly delay?: number;
}

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
  /** Prompts that wait for an answer from outside. */
  readonly waiting: Waiting = new Waiting();
  readonly #clock: Clock;
  #always = WILLING;
  #presences: Once[] = [];
  #verifications: Once[] = [];
  #samples: Once[] = [];
  #accounts: AccountChoice[] = [];
  #authenticators: number[] = [];
  #pins: (string | null)[] = [];

  /**
   * @param options `clock`, by which the person is slow. Default: the machine's time
   * @throws StuntkeyError `bad-script` that names the member, as `use` and `next` do
   */
  constructor(script?: UserScript, { clock = systemClock }: { readonly clock?: Clock } = {}) {
    this.#clock = clock;
    if (script !== undefined) this.use(script);
  }

  /** How the person behaves where nothing is queued. */
  get script(): UserScript {
    return this.#always;
  }

  /** Changes how the person behaves from now on. */
  use(script: UserScript): void {
    this.#always = { ...this.#always, ...checked(script) };
  }

  /** Says what the person does once, at the next prompt of that kind; further calls queue up. */
  next(given: UserScript): void {
    const script = checked(given);
    const { presence, verification, sample, delay } = script;
    const slow = delay === undefined ? {} : { delay };
    // Slowness alone is that of the next touch.
    const alone =
      delay !== undefined && presence === undefined && verification === undefined && sample === undefined;
    const touch = alone ? this.#always.presence : presence;
    if (touch !== undefined) this.#presences.push({ word: touch, ...slow });
    if (verification !== undefined) this.#verifications.push({ word: verification, ...slow });
    if (sample !== undefined) this.#samples.push({ word: sample, ...slow });
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

  /** As the script says; called by the device. */
  answer(prompt: UserPrompt): UserAnswer | Promise<UserAnswer> {
    const { word, delay = this.#always.delay } = this.#once(prompt);
    if (delay === 0 || word === 'ignore') return this.#said(word, prompt);
    return new Promise((resolve) => {
      timer(this.#clock, delay, () => resolve(this.#said(word, prompt)));
    });
  }

  leave(prompt: UserPrompt): void {
    this.waiting.leave(prompt);
  }

  #said(word: Word, prompt: UserPrompt): UserAnswer | Promise<UserAnswer> {
    return word === 'ask' ? this.waiting.ask(prompt) : word;
  }

  #once({ kind }: UserPrompt): Once {
    const { presence, verification, sample } = this.#always;
    if (kind === 'fingerprint-sample') return this.#samples.shift() ?? { word: sample };
    const present = this.#presences.shift() ?? { word: presence };
    // A person who is absent, or declines, is not recognized either.
    if (kind === 'presence' || present.word !== 'approve') return present;
    const recognized = this.#verifications.shift() ?? { word: verification };
    return { ...present, ...recognized };
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
