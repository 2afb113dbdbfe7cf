/**
 * A fixture for jest: `{ "setupFilesAfterEnv": ["stuntkey/jest"] }` gives every test a device, a person and a client of its own.
 *
 * @example
 * ```js
 * import { configure, stuntkey } from 'stuntkey/jest';
 *
 * configure({ origin: 'https://login.example.com' });
 * test('a person who declines is not registered', async () => {
 *   stuntkey().user.next({ presence: 'decline' });
 *   await expect(stuntkey().client.get({ challenge: 'Y2hhbGxlbmdl' })).rejects.toThrow('not allowed');
 * });
 * ```
 * @module stuntkey/jest
 */

export * from '../testing/jest.ts';
