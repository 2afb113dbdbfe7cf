/** In a page the script would be there twice: code of the page opens the device itself. */
import { StuntkeyError } from '../base/stuntkey-error.ts';

/** @throws StuntkeyError `bad-options` */
export function deviceText(): string {
  throw new StuntkeyError(
    'bad-options',
    'deviceScript: expected to run in Node; in a page, use openPageDevice()',
  );
}
