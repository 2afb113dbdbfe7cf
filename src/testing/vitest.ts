/** Fixtures for vitest: a device, a person and a client for every test that asks for them. */
import { test as base, type TestAPI } from 'vitest';
import type { PageCredentials } from '../page/install.ts';
import { Stage, type StageOptions } from './stage.ts';

export { Stage, type StageOptions } from './stage.ts';

/** The fixtures of a test. */
export interface StuntkeyFixtures {
  /** The options of the others; change them with `test.extend({ stuntkeyOptions: { origin: … } })`. */
  stuntkeyOptions: StageOptions;
  /** A device, a person and a client of the test's own. */
  stuntkey: Stage;
  /** `navigator.credentials`, put into the globals until the test is over. */
  credentials: PageCredentials | undefined;
}

/**
 * vitest's `test` with fixtures.
 *
 * @example
 * ```ts
 * import { test } from 'stuntkey/vitest';
 * test('a visitor signs up', async ({ stuntkey }) => {
 *   const response = await stuntkey.client.create(await server.options());
 *   await server.verify(response);
 * });
 * ```
 */
export const test: TestAPI<StuntkeyFixtures> = base.extend<StuntkeyFixtures>({
  stuntkeyOptions: {},
  stuntkey: async ({ stuntkeyOptions, onTestFailed, task }, use) => {
    const stage = new Stage(stuntkeyOptions);
    onTestFailed(() => stage.printFailure(task.name));
    try {
      await use(stage);
    } finally {
      stage.close();
    }
  },
  credentials: async ({ stuntkey }, use) => {
    await use(stuntkey.install().credentials);
  },
});

export { test as it };
