/** `navigator.credentials` and its classes for a global that has none. */
export { type Installation, type InstallOptions, install, type PageCredentials } from '../page/install.ts';
export type { PageAuthenticator, SignalledCredentials } from '../page/page-client.ts';
