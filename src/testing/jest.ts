/**
 * A set-up file for jest (`setupFilesAfterEnv: ['stuntkey/jest']`): every test has `navigator.credentials` in its globals, with
 * a device and a person of its own behind it. Options come from jest's `globals: { stuntkey: { … } }`.
 */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { Stage, type StageOptions } from './stage.ts';

export { Stage, type StageOptions } from './stage.ts';

/** jest's globals, as far as they are needed here. */
export interface JestGlobals {
  beforeEach?(hook: () => void): void;
  afterEach?(hook: () => void): void;
  /** From `globals` in jest's configuration. */
  readonly stuntkey?: StageOptions;
}

let current: Stage | undefined;
let configured: StageOptions | undefined;

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
  if (current === undefined) throw new StuntkeyError('no-test', 'expected to be called in a test that runs');
  return current;
}

/**
 * Says how the tests of this file are furnished, from the next one on.
 *
 * @example
 * ```ts
 * beforeAll(async () => {
 *   configure({ origin: await startServer() });
 * });
 * ```
 */
export function configure(options: StageOptions): void {
  configured = options;
}

/** Furnishes every test of a file. Importing this module does it with jest's own globals. */
export function setUp(jest: JestGlobals): void {
  jest.beforeEach?.(() => {
    current = new Stage(configured ?? jest.stuntkey);
    current.install();
  });
  jest.afterEach?.(() => {
    if (hasFailed()) current?.printReport();
    current?.close();
    current = undefined;
  });
}

/** Whether the test that ends has failed. jest has no way to ask; jest-circus keeps it in its state, under a symbol of its own. */
function hasFailed(): boolean {
  const kept = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state =
    kept && (Reflect.get(globalThis, kept) as { currentlyRunningTest?: { errors?: unknown[] } } | undefined);
  return (state?.currentlyRunningTest?.errors?.length ?? 0) > 0;
}

setUp(globalThis as JestGlobals);
