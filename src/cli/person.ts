/** The person in front of the key: asked on a terminal, or replaced by flags and environment variables. */
import { type Command, InvalidArgumentError } from 'commander';
import { base64url } from '../base/base64url.ts';
import { systemClock } from '../base/clock.ts';
import { safe } from '../base/harmless.ts';
import { CtapError } from '../ctap/status.ts';
import type { Account, AccountChoice, PinRequest, User, UserAnswer, UserPrompt } from '../person/user.ts';
import { UsageError } from './error.ts';
import { readSecret } from './input.ts';
import { note } from './output.ts';
import type { Terminal } from './terminal.ts';

/** What the command line says about the person. */
export interface PersonOptions {
  /** Approves everything, unasked. */
  readonly yes?: boolean;
  /** Declines every touch, unasked. */
  readonly decline?: boolean;
  /** Approves everything, unasked, this many milliseconds after the request. */
  readonly touchAfter?: number;
  readonly pinFile?: string;
  /** A user's name, or a place in the list; 1 is the newest. */
  readonly account?: string;
}

const OPTIONS: Readonly<Record<keyof PersonOptions, readonly [flags: string, description: string]>> = {
  yes: ['-y, --yes', 'approve everything without asking (STUNTKEY_YES=1)'],
  decline: ['--decline', 'decline everything without asking'],
  touchAfter: ['--touch-after <time>', 'approve without asking, after a time such as 2s, 500ms or 1m'],
  pinFile: ['--pin-file <file>', 'a file with the PIN in its first line (STUNTKEY_PIN_FILE), - is stdin'],
  account: ['--account <name>', "the account to sign in with: a user's name, or its place; 1 is the newest"],
};

/** Adds the options that speak for the person, or some of them. */
export function withPersonOptions(command: Command, ...names: readonly (keyof PersonOptions)[]): Command {
  for (const [name, [flags, description]] of Object.entries(OPTIONS)) {
    if (names.length > 0 && !names.some((one) => one === name)) continue;
    if (name === 'touchAfter') command.option(flags, description, readTime);
    else command.option(flags, description);
  }
  return command;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
/** No command waits longer. */
const LONGEST = 600_000;

/** A time as people write it, in milliseconds. */
function readTime(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const time = Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (time <= LONGEST) return time;
  throw new InvalidArgumentError('Expected a time of at most 10m, such as 500ms, 2s or 1m.');
}

/** Does as the flags say; asks on the terminal for the rest; without a terminal, approves. */
export class Person implements User {
  readonly #options: PersonOptions;
  readonly #pin: string | undefined;
  readonly #terminal: Terminal | undefined;

  private constructor(options: PersonOptions, pin: string | undefined, terminal: Terminal | undefined) {
    this.#options = options;
    this.#pin = pin;
    this.#terminal = terminal;
    if (pin !== undefined || terminal !== undefined) this.enterPin = (request) => this.#enterPin(request);
  }

  /** @throws UsageError for contradicting flags, or a file without a PIN */
  static async of(options: PersonOptions): Promise<Person> {
    if (options.yes && options.decline) throw new UsageError('expected --yes or --decline, got both');
    if (options.touchAfter !== undefined && options.decline)
      throw new UsageError('expected --touch-after or --decline, got both');
    const { STUNTKEY_YES, STUNTKEY_PIN, STUNTKEY_PIN_FILE } = process.env;
    const yes = options.yes ?? (!options.decline && isSet(STUNTKEY_YES));
    const file = options.pinFile ?? STUNTKEY_PIN_FILE;
    const pin = file ? await readSecret(file, 'PIN') : STUNTKEY_PIN || undefined;
    // The terminal needs modules that most scripts never use.
    const terminal = process.stderr.isTTY ? (await import('./terminal.ts')).openTerminal() : undefined;
    return new Person({ ...options, yes }, pin, terminal);
  }

  /** Absent while there is no PIN to give and no terminal to ask at: a client then does without a PIN where it can. */
  readonly enterPin?: (request: PinRequest) => Promise<string | undefined>;

  answer(prompt: UserPrompt): UserAnswer | Promise<UserAnswer> {
    const { yes, decline, touchAfter } = this.#options;
    if (decline) return 'decline';
    if (touchAfter !== undefined) return approvedAfter(touchAfter);
    if (yes || this.#terminal === undefined) return 'approve';
    return this.#touch(prompt, this.#terminal);
  }

  async #touch({ kind, rpId }: UserPrompt, terminal: Terminal): Promise<UserAnswer> {
    const what =
      kind === 'presence'
        ? 'Touch the key'
        : kind === 'verification'
          ? 'Let the key recognize you'
          : 'Put your finger on the sensor';
    const whom = rpId === undefined ? '' : ` for ${safe(rpId)}`;
    return (await terminal.confirm(`${what}${whom}?`, true)) ? 'approve' : 'decline';
  }

  chooseAccount(): AccountChoice {
    const { account } = this.#options;
    if (account !== undefined) return (accounts) => placeOf(account, accounts);
    const terminal = this.#terminal;
    if (terminal === undefined || this.#options.yes) return 0;
    return (accounts) => this.#pick(accounts, terminal);
  }

  async #pick(accounts: readonly Account[], terminal: Terminal): Promise<number | undefined> {
    for (const [index, account] of accounts.entries()) note(`  ${index + 1}  ${safe(nameOf(account))}`);
    for (;;) {
      const answer = await terminal.ask('Which account? [1] ');
      if (answer === undefined) return undefined;
      const place = answer.trim() === '' ? 0 : findPlace(answer.trim(), accounts);
      if (place !== undefined) return place;
      note(`expected a number from 1 to ${accounts.length}, or a name`);
    }
  }

  async #enterPin({ kind, attempt, attemptsLeft, minPinLength }: PinRequest): Promise<string | undefined> {
    const left = attemptsLeft === undefined ? '' : `${attemptsLeft} attempts left`;
    if (this.#pin !== undefined) {
      // The same PIN would be wrong the next time, too.
      if (attempt > 0) throw new CtapError('CTAP2_ERR_PIN_INVALID', left);
      if (kind === 'change') {
        throw new CtapError(
          'CTAP2_ERR_PIN_POLICY_VIOLATION',
          'the key wants another PIN: stuntkey pin change',
        );
      }
      return this.#pin;
    }
    if (attempt > 0) note(`That is not the PIN; ${left}.`);
    if (kind === 'enter') return this.askSecret('PIN: ');
    return this.newPin(minPinLength);
  }

  /** The PIN that was handed in, if any. */
  get givenPin(): string | undefined {
    return this.#pin;
  }

  /** What the person types, hidden. Empty input is asked for again. Undefined without a terminal, and at Ctrl-D. */
  async askSecret(question: string): Promise<string | undefined> {
    for (;;) {
      const secret = await this.#terminal?.ask(question, { hidden: true });
      if (secret !== '') return secret;
      note('Nothing was typed. (Ctrl-D cancels.)');
    }
  }

  newPin(minPinLength: number): Promise<string | undefined> {
    return this.newSecret(`New PIN (${minPinLength} characters or more): `);
  }

  /** What the person types twice, hidden. */
  async newSecret(question: string): Promise<string | undefined> {
    for (;;) {
      const secret = await this.askSecret(question);
      if (secret === undefined) return undefined;
      if (secret === (await this.askSecret('The same again: '))) return secret;
      note('They are not the same.');
    }
  }

  /** Whether to go on with what cannot be undone. @throws UsageError without a terminal to ask at */
  async confirm(question: string): Promise<boolean> {
    if (this.#options.decline) return false;
    if (this.#options.yes) return true;
    if (this.#terminal === undefined)
      throw new UsageError('expected --yes, as there is no terminal to ask on');
    return this.#terminal.confirm(question, false);
  }

  close(): void {
    this.#terminal?.close();
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}

function nameOf({ name, displayName, credentialId }: Account): string {
  const names = [name, displayName].filter((one) => one !== undefined && one !== '');
  return names.length === 0 ? base64url(credentialId) : [...new Set(names)].join(', ');
}

function findPlace(wanted: string, accounts: readonly Account[]): number | undefined {
  const found = accounts.findIndex(
    ({ name, displayName, credentialId }) =>
      wanted === name || wanted === displayName || wanted === base64url(credentialId),
  );
  if (found >= 0) return found;
  const place = /^\d+$/.test(wanted) ? Number(wanted) - 1 : -1;
  return place >= 0 && place < accounts.length ? place : undefined;
}

function placeOf(wanted: string, accounts: readonly Account[]): number {
  const place = findPlace(wanted, accounts);
  if (place !== undefined) return place;
  const names = accounts.map((account) => safe(nameOf(account))).join('; ');
  throw new UsageError(`--account: expected one of ${names}, got ${wanted}`);
}

/** A person who takes their time. */
function approvedAfter(milliseconds: number): Promise<UserAnswer> {
  return new Promise((resolve) => {
    systemClock.after(milliseconds, () => resolve('approve'));
  });
}
