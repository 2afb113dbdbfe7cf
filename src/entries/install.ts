/**
 * `navigator.credentials` and its classes for a global that has none: Node, jsdom, happy-dom.
 *
 * @example
 * ```js
 * import { Authenticator } from 'stuntkey';
 * import { install } from 'stuntkey/install';
 *
 * const { uninstall } = install(globalThis, { origin: 'https://example.com', authenticator: new Authenticator() });
 * const refused = await navigator.credentials
 *   .get({ publicKey: { challenge: new Uint8Array(32), rpId: 'example.org' } })
 *   .catch((error) => error);
 * console.log(refused.name); // SecurityError
 * uninstall();
 * ```
 * @module stuntkey/install
 */

export { type Installation, type InstallOptions, install, type PageCredentials } from '../page/install.ts';
export type { PageAuthenticator, SignalledCredentials } from '../page/page-client.ts';
