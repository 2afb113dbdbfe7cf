/**
 * What the script does that gives a page a device of its own. scripts/bare.js puts it, with its imports, into one text, which any tool's
 * "add init script" takes (device-text.ts).
 */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { PageDeviceOptions } from './options.ts';
import { openPageDevice } from './page-device.ts';

/** Opens the device, once. */
export function inPage(way: PageDeviceOptions): void {
  try {
    openPageDevice(way);
  } catch (error) {
    // A tool adds its script to every document: an insecure one has no WebAuthn, and one that has the device keeps it.
    const known = error instanceof StuntkeyError && ['bad-origin', 'already-installed'].includes(error.code);
    if (!known) throw error;
  }
}
