/**
 * A set-up file for jest (`setupFilesAfterEnv: ['stuntkey/jest']`): every test has `navigator.credentials` in its globals, with its
 * own device and person behind it. Options come from jest's `globals: { stuntkey: { … } }`. Test files get it by
 * `import { stuntkey } from 'stuntkey/jest'`, in CommonJS (cjs/jest.cjs) or in ES modules; both get the same fixture.
 */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { checkedStage, Stage, type StageOptions } from './stage.ts';

export { Stage, type StageOptions } from './stage.ts';

/** The globals of jest that are needed here. */
export interface JestGlobals {
  /** Calls back before each test. */
  beforeEach?(hook: () => void): void;
  /** Calls back after each test. */
  afterEach?(hook: () => void | Promise<void>): void;
  /** From `globals` in jest's configuration. */
  readonly stuntkey?: StageOptions;
}

/** The fixture of a test file. */
export interface JestFixture {
  /**
   * The stage of the test that runs.
   *
   * @throws StuntkeyError `no-test` outside of a test; `bad-options` for options, which are {@link configure}'s
   */
  stuntkey(): Stage;
  /**
   * Sets the options for the tests of this file, from the next one on.
   *
   * @throws StuntkeyError `bad-options` that names the option
   */
  configure(options: StageOptions): void;
}

const OUTSIDE =
  'stuntkey(): expected to be called in a test that runs, in beforeEach or in afterEach: each test has a stage of its own; configure({ … }) can be called before';
const WITHOUT_HOOKS =
  'expected jest’s beforeEach and afterEach as globals, got none: name stuntkey/jest in setupFilesAfterEnv (not in setupFiles), and leave injectGlobals on';

/** The key of the fixture in a test file's globals, because ES modules and CommonJS load this module twice. */
const KEPT = Symbol.for('stuntkey/jest');

/**
 * Gives every test of a file a stage.
 *
 * @param jest the test file's globals
 * @param page the global that gets `navigator.credentials`. Default: the same
 *
 * @example
 * ```js
 * import { furnish } from 'stuntkey/jest'; // mocha's globals, or those of any other runner with the same names
 * const { stuntkey } = furnish({ beforeEach, afterEach });
 * ```
 */
export function furnish(jest: JestGlobals, page: object = jest): JestFixture {
  const kept = (jest as { [KEPT]?: JestFixture })[KEPT];
  if (kept !== undefined) return kept;
  // (In setupFiles, jest has them later: too late.)
  const hasHooks = jest.beforeEach !== undefined;
  let current: Stage | undefined;
  let configured: StageOptions | undefined;
  const fixture: JestFixture = {
    stuntkey: called((...given) => {
      if (given.length > 0)
        throw new StuntkeyError(
          'bad-options',
          'stuntkey(): expected nothing to be handed in: configure({ … }) sets options',
        );
      if (current !== undefined) return current;
      throw new StuntkeyError('no-test', hasHooks ? OUTSIDE : WITHOUT_HOOKS);
    }),
    configure(options) {
      configured = checkedStage(options);
    },
  };
  jest.beforeEach?.(() => {
    current = new Stage(configured ?? jest.stuntkey, page);
    current.install();
  });
  jest.afterEach?.(() => {
    const [stage, failed] = [current, failedIn(jest)];
    current = undefined;
    stage?.close();
    return failed === undefined ? undefined : stage?.printFailure(failed);
  });
  if (hasHooks) Object.defineProperty(jest, KEPT, { value: fixture });
  return fixture;
}

/** The function, whose result has what some look for in the function itself. */
function called(stuntkey: (...given: unknown[]) => Stage): (...given: unknown[]) => Stage {
  for (const name of ['authenticator', 'user', 'client', 'records', 'install', 'report'])
    Object.defineProperty(stuntkey, name, {
      get(): never {
        throw new StuntkeyError(
          'no-test',
          `stuntkey.${name}: stuntkey is a function here: stuntkey().${name}`,
        );
      },
    });
  return stuntkey;
}

/** The name of the test that ends, if it has failed. jest has no API for it; jest-circus keeps it in its state, under its own symbol. */
function failedIn(jest: object): string | undefined {
  const kept = Object.getOwnPropertySymbols(jest).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state =
    kept &&
    (Reflect.get(jest, kept) as { currentlyRunningTest?: { name?: string; errors?: unknown[] } } | undefined);
  const { name = 'test', errors = [] } = state?.currentlyRunningTest ?? {};
  return errors.length > 0 ? name : undefined;
}

// Importing this module sets up jest's own globals.
const fixture = furnish(globalThis as JestGlobals);

/**
 * The stage of the test that runs.
 *
 * @throws StuntkeyError `no-test` outside of a test; `bad-options` for options, which are {@link configure}'s
 *
 * @example
 * ```ts
 * import { stuntkey } from 'stuntkey/jest';
 * test('a user who declines is not signed up', async () => {
 *   stuntkey().user.next({ presence: 'decline' });
 *   await expect(signUp()).rejects.toThrow();
 * });
 * ```
 */
export const stuntkey: JestFixture['stuntkey'] = fixture.stuntkey;

/**
 * Sets the options for the tests of this file, from the next one on.
 *
 * @throws StuntkeyError `bad-options` that names the option
 *
 * @example
 * ```ts
 * beforeAll(async () => {
 *   configure({ origin: await startServer() });
 * });
 * ```
 */
export function configure(options: StageOptions): void {
  fixture.configure(options);
}
