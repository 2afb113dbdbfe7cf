/** What a test gets: a device, a person, a client, and a page's globals on request. All of it is removed when the test is over. */
import { Authenticator, type AuthenticatorOptions } from '../authenticator/authenticator.ts';
import { deviceShape, requireWithinDevice } from '../authenticator/options.ts';
import { callable, check, either, exactly, flag, maybe, oneOf, type Shape, text } from '../base/shape.ts';
import type { WebAuthnClient } from '../client/client.ts';
import { clientMembers, originShape } from '../client/options.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import { clientFor } from '../decode/trace/traced-client.ts';
import { type Installation, type InstallOptions, install } from '../page/install.ts';
import { ScriptedUser, scriptedUserShape } from '../person/user.ts';

/** The options of a stage. Every option has a default. */
export interface StageOptions extends Omit<InstallOptions, 'authenticator' | 'user'> {
  /** Default: the page's own origin if there is a page (jsdom, happy-dom), else `https://example.com`. */
  readonly origin?: string;
  /** The options of the device: its policy, seed, clock, store. */
  readonly device?: Omit<AuthenticatorOptions, 'user'>;
  /** The person. Default: a person who approves everything until told otherwise. */
  readonly user?: ScriptedUser;
  /**
   * Whether to record every ceremony, and print those that were refused when the test fails; `all` prints those that succeeded, too.
   * Default: true.
   */
  readonly traceFailures?: boolean | 'all';
  /**
   * Where a test that fails leaves a page that shows its ceremonies (in Node). Default: the folder in the environment variable
   * STUNTKEY_TRACES, else one of its own among the temporary files.
   */
  readonly traceFolder?: string;
}

const shape: Shape<Omit<StageOptions, 'device'> & { readonly device?: unknown }> = exactly(
  () => ({
    ...clientMembers(),
    origin: maybe(originShape),
    trace: maybe(callable<NonNullable<StageOptions['trace']>>()),
    device: maybe(deviceShape),
    user: maybe(scriptedUserShape),
    traceFailures: maybe(either(flag, oneOf(['all']), "true, false or 'all'")),
    traceFolder: maybe(text({ least: 1, what: 'a path' })),
  }),
  "options, such as { origin: 'https://example.com' }",
);

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedStage(given: StageOptions): StageOptions {
  requireWithinDevice(given);
  return check(shape, given, 'bad-options') as StageOptions;
}

/** The most records: a test that registers thousands of credentials keeps the last ones only. */
const MOST_RECORDS = 100;

/**
 * A device, a person and a client for one test.
 *
 * @example
 * ```js
 * import { Stage } from 'stuntkey/node-test';
 * const stage = new Stage({ origin: 'https://login.example.com', device: { model: 'yubikey-5-nfc' } });
 * console.log(stage.authenticator.policy.ctap); // 2.1
 * stage.close();
 * ```
 */
export class Stage {
  readonly authenticator: Authenticator;
  /** Scripts the person: `stage.user.next({ presence: 'decline' })`. */
  readonly user: ScriptedUser;
  /** The client, for tests that have options in JSON. */
  readonly client: WebAuthnClient;
  /** The last hundred ceremonies, each readable as text; none without `traceFailures`. */
  readonly records: CeremonyRecord[] = [];
  readonly #options: InstallOptions & { readonly origin: string };
  readonly #installations: Installation[] = [];
  readonly #all: boolean;
  readonly #folder: string | undefined;
  readonly #page: object;

  /**
   * @param page the global that {@link install} changes, and whose origin the stage has, if it is a page. Default: `globalThis`
   * @throws StuntkeyError `bad-options`, `bad-origin`, `bad-policy`
   */
  constructor(given: StageOptions = {}, page: object = globalThis) {
    this.#page = page;
    const {
      device,
      user = new ScriptedUser(),
      traceFailures = true,
      traceFolder,
      ...rest
    } = checkedStage(given);
    this.#folder = traceFolder;
    this.user = user;
    this.#all = traceFailures === 'all';
    this.authenticator = new Authenticator({ ...device, user });
    void this.authenticator.warmUp({ u2f: false });
    const clock = rest.clock ?? device?.clock;
    const origin = rest.origin ?? originOf(page) ?? 'https://example.com';
    const { authenticator } = this;
    const record = (ceremony: CeremonyRecord): void => {
      if (this.records.push(ceremony) > MOST_RECORDS) this.records.shift();
      rest.trace?.(ceremony);
    };
    const trace = traceFailures ? record : rest.trace;
    this.#options = { ...rest, origin, authenticator, ...(clock && { clock }), ...(trace && { trace }) };
    this.client = clientFor(this.#options);
  }

  /**
   * Puts `navigator.credentials` and its classes into a global until the test is over.
   *
   * @param target default: the stage's global, which is also the page in vitest's and jest's jsdom and happy-dom
   * @throws StuntkeyError `already-installed`, `cannot-install`
   */
  // (A property, so that it can be taken out of the stage: `const { install } = stuntkey(t)`.)
  readonly install = (target: object = this.#page): Installation => {
    const installation = install(target, this.#options);
    this.#installations.push(installation);
    return installation;
  };

  /** The refused ceremonies, or all of them with `traceFailures: 'all'`, to find out why a test failed. Without any, one line says so. */
  report(): string {
    const told = this.records.filter(({ outcome }) => this.#all || 'refused' in outcome);
    if (told.length > 0) return told.map((record) => `stuntkey: ${record}\n`).join('\n');
    const { length } = this.records;
    return `stuntkey: ${length} ${length === 1 ? 'ceremony' : 'ceremonies'}, none of them refused; traceFailures: 'all' prints them\n`;
  }

  /** Prints the report to standard error, if anything happened. */
  printReport(): void {
    if (this.records.length > 0) console.error(this.report());
  }

  /**
   * Does so for a test that failed, and says where a page is that shows the same, if there is something to show.
   *
   * @param test its name
   */
  async printFailure(test: string): Promise<void> {
    if (this.records.length === 0) return;
    const page = await this.#leavePage(test);
    console.error(page === undefined ? this.report() : `${this.report()}\nstuntkey: ${page}\n`);
  }

  /** @returns what to say of the page; undefined where there is none to leave, as in a browser, which has no files */
  async #leavePage(test: string): Promise<string | undefined> {
    const { process } = globalThis as { process?: { versions?: { node?: string }; env: NodeJS.ProcessEnv } };
    if (process?.versions?.node === undefined) return undefined;
    if (!this.#all && !this.records.some(({ outcome }) => 'refused' in outcome)) return undefined;
    try {
      const { fileForTest, writeTrace } = await import('../viewer/write.ts');
      const folder = this.#folder ?? process.env.STUNTKEY_TRACES;
      const file = fileForTest(test, folder === '' ? undefined : folder);
      return `to look at: ${writeTrace(file, this.records, test)}`;
    } catch (error) {
      return `there is no page to look at: ${(error as Error).message}`;
    }
  }

  /** Ends the stage: globals are as they were before. */
  close(): void {
    for (const { uninstall } of this.#installations.splice(0)) uninstall();
  }
}

function originOf(page: object): string | undefined {
  const origin = (page as { location?: { origin?: string } }).location?.origin;
  return origin !== undefined && /^https?:/.test(origin) ? origin : undefined;
}
