/**
 * A set-up file for jest (`setupFilesAfterEnv: ['stuntkey/jest']`): every test has `navigator.credentials` in its globals, with
 * a device and a person of its own behind it. Options come from jest's `globals: { stuntkey: { … } }`. Test files get at it by
 * `import { stuntkey } from 'stuntkey/jest'`, in CommonJS (cjs/jest.cjs) and in ES modules; it is the same then.
 */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { checkedStage, Stage, type StageOptions } from './stage.ts';

export { Stage, type StageOptions } from './stage.ts';

/** jest's globals, as far as they are needed here. */
export interface JestGlobals {
  beforeEach?(hook: () => void): void;
  afterEach?(hook: () => void): void;
  /** From `globals` in jest's configuration. */
  readonly stuntkey?: StageOptions;
}

/** What a test file has of it. */
export interface JestFixture {
  /**
   * The stage of the test that runs.
   *
   * @throws StuntkeyError `no-test` outside of a test
   */
  stuntkey(): Stage;
  /**
   * Says how the tests of this file are furnished, from the next one on.
   *
   * @throws StuntkeyError `bad-options` that names the option
   */
  configure(options: StageOptions): void;
}

/** Where a test file's globals keep it, for ES modules and CommonJS are two modules. */
const KEPT = Symbol.for('stuntkey/jest');

/**
 * Furnishes every test of a file.
 *
 * @param jest the test file's globals
 * @param page what is furnished. Default: the same
 */
export function furnish(jest: JestGlobals, page: object = jest): JestFixture {
  const kept = (jest as { [KEPT]?: JestFixture })[KEPT];
  if (kept !== undefined) return kept;
  let current: Stage | undefined;
  let configured: StageOptions | undefined;
  const fixture: JestFixture = {
    stuntkey() {
      if (current !== undefined) return current;
      throw new StuntkeyError('no-test', 'expected to be called in a test that runs');
    },
    configure(options) {
      configured = checkedStage(options);
    },
  };
  jest.beforeEach?.(() => {
    current = new Stage(configured ?? jest.stuntkey, page);
    current.install();
  });
  jest.afterEach?.(() => {
    if (hasFailed(jest)) current?.printReport();
    current?.close();
    current = undefined;
  });
  if (jest.beforeEach !== undefined) Object.defineProperty(jest, KEPT, { value: fixture });
  return fixture;
}

/** Whether the test that ends has failed. jest has no way to ask; jest-circus keeps it in its state, under a symbol of its own. */
function hasFailed(jest: object): boolean {
  const kept = Object.getOwnPropertySymbols(jest).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state =
    kept && (Reflect.get(jest, kept) as { currentlyRunningTest?: { errors?: unknown[] } } | undefined);
  return (state?.currentlyRunningTest?.errors?.length ?? 0) > 0;
}

// Importing this module furnishes with jest's own globals.
const fixture = furnish(globalThis as JestGlobals);

/**
 * The stage of the test that runs.
 *
 * @throws StuntkeyError `no-test` outside of a test
 *
 * @example
 * ```ts
 * import { stuntkey } from 'stuntkey/jest';
 * test('whoever declines stays outside', async () => {
 *   stuntkey().user.next({ presence: 'decline' });
 *   await expect(signUp()).rejects.toThrow();
 * });
 * ```
 */
export function stuntkey(): Stage {
  return fixture.stuntkey();
}

/**
 * Says how the tests of this file are furnished, from the next one on.
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
