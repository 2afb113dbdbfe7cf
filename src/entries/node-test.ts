/**
 * A fixture for node:test, and the stage itself for mocha and any other runner.
 *
 * @example
 * ```js
 * import { Stage } from 'stuntkey/node-test';
 *
 * const stage = new Stage({ origin: 'https://login.example.com' }); // mocha's beforeEach
 * stage.user.next({ presence: 'decline' });
 * const refused = await stage.client.get({ challenge: 'Y2hhbGxlbmdl' }).catch((error) => error);
 * console.log(refused.name); // NotAllowedError
 * stage.close(); // mocha's afterEach
 * ```
 * @module stuntkey/node-test
 */

export * from '../testing/node-test.ts';
