/** Self-contained texts of JavaScript that any browser tool can run in a page before the page's own scripts. */

import { BRIDGE_SCRIPT } from '#bridge-script';
import { deviceText } from '#device-script';
import { type BridgeScriptOptions, checkedBridge, checkedDevice, type PageDeviceOptions } from './options.ts';

/**
 * A script with a whole device: the page needs no process beside it. It does nothing in an insecure context, which has no WebAuthn.
 * Made in Node; code of the page itself calls {@link openPageDevice}.
 *
 * @throws StuntkeyError `bad-options` that names the option
 *
 * @example
 * ```ts
 * import { deviceScript } from 'stuntkey/inject';
 * const text = deviceScript({ state: 'cancelled' });
 * console.log(text.length > 100_000); // true
 * ```
 */
export function deviceScript(options: PageDeviceOptions = {}): string {
  return called(deviceText(), checkedDevice(options));
}

/**
 * A script that asks an HTTP door (`stuntkey serve --http --allow-origin …`): small, and the page's device is the one behind the door.
 * The origin of a page is what its browser says to the door.
 *
 * @throws StuntkeyError `bad-options` that names the option
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { serveHttp } from 'stuntkey/http';
 * import { bridgeScript } from 'stuntkey/inject';
 * const door = await serveHttp(new Authenticator(), { allowOrigins: ['http://localhost:3000'] });
 * const text = bridgeScript({ url: door.url, token: door.bridgeToken });
 * console.log(text.length < 40_000); // true
 * await door.close();
 * ```
 */
export function bridgeScript(options: BridgeScriptOptions): string {
  return called(BRIDGE_SCRIPT, checkedBridge(options));
}

/** A statement, also inside a script element of HTML: nothing in its data can end that. */
function called(script: string, way: object): string {
  const data = JSON.stringify(way)
    .replaceAll('<', '\\u003C')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `(${script})(${data});\n`;
}
