/**
 * Scripts for the pages of any browser tool: a whole device, or a bridge to an HTTP door. Sub-path `stuntkey/inject`.
 *
 * @example
 * ```js
 * import { deviceScript, pageStates } from 'stuntkey/inject';
 *
 * console.log(pageStates.join(' ')); // ready cancelled waiting wrongAccount locked
 * const script = deviceScript({ state: 'cancelled', model: 'yubikey-5-nfc' });
 * console.log(typeof script); // string
 * ```
 * @module stuntkey/inject
 */

export type { PolicyJson } from '../authenticator/policy/schema.ts';
export type { BridgeScriptOptions, PageDeviceOptions } from '../inject/options.ts';
export { openPageDevice, type PageDevice } from '../inject/page-device.ts';
export { bridgeScript, deviceScript } from '../inject/scripts.ts';
export { type PageState, pageStates } from '../inject/states.ts';
export type { UserScriptJson } from '../person/script.ts';
