/**
 * A fixture for vitest: every test has a device, a person and a client of its own. A test that fails prints each ceremony that was refused.
 *
 * @example
 * ```js
 * import { Stage, test } from 'stuntkey/vitest';
 * import { expect } from 'vitest';
 *
 * test('a person who declines is not registered', async ({ stuntkey }) => {
 *   expect(stuntkey).toBeInstanceOf(Stage);
 *   stuntkey.user.next({ presence: 'decline' });
 *   await expect(stuntkey.client.get({ challenge: 'Y2hhbGxlbmdl' })).rejects.toThrow('not allowed');
 * });
 * ```
 * @module stuntkey/vitest
 */

export * from '../testing/vitest.ts';
