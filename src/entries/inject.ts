/** A device, or a bridge to one, for the pages of any browser tool. Subpath `stuntkey/inject`. */
export type { BridgeScriptOptions, PageDeviceOptions } from '../inject/options.ts';
export { openPageDevice, type PageDevice } from '../inject/page-device.ts';
export { bridgeScript, deviceScript } from '../inject/scripts.ts';
export { type PageState, pageStates } from '../inject/states.ts';
