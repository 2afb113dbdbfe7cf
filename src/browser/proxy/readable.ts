/** The public keys that Chromium reads in a proxy's answer. It does not give a page a registration with another one. */

import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import type { PageAuthenticator } from '../page/ceremonies.ts';

/** Keys on P-384, P-521, secp256k1 and Ed448, seen in Chromium 156. */
const UNREADABLE: readonly unknown[] = [-35, -36, -47, -51, -52, -53];

/** @throws StuntkeyError `mode-cannot` for a device whose registrations would all be refused */
export function checkReadable(devices: readonly PageAuthenticator[]): void {
  for (const device of devices) {
    const algorithms =
      'policy' in device && (device.policy as { algorithms?: readonly number[] })?.algorithms;
    if (!algorithms || algorithms.some((id) => !UNREADABLE.includes(id))) continue;
    throw new StuntkeyError(
      'mode-cannot',
      `mode proxy: the device behind Chromium cannot be this one: algorithms: Chromium reads no public keys of ${algorithms.join(', ')}; mode page can`,
    );
  }
}

interface Parameters {
  readonly pubKeyCredParams?: readonly { readonly alg: number }[];
}

/**
 * Options to create a credential, without algorithms that Chromium does not read: the device chooses among the rest.
 *
 * @throws DOMException NotSupportedError if nothing is left
 */
export function readableOptions<T extends Parameters>(options: T): T {
  const { pubKeyCredParams: asked = [] } = options;
  const left = asked.filter(({ alg }) => !UNREADABLE.includes(alg));
  if (asked.length > 0 && left.length === 0)
    throw webAuthnError(
      'NotSupportedError',
      `Behind a proxy, Chromium reads no public keys of the algorithms ${asked.map(({ alg }) => alg).join(', ')}.`,
    );
  return { ...options, pubKeyCredParams: left };
}
