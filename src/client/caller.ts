/** Who calls: the checks of an origin and an RP ID that create() and get() share. */
import { webAuthnError } from './errors.ts';
import type { Origin } from './origin.ts';
import { isRegistrableSuffixOrEqual, knownRegistrableSuffix } from './rp-id.ts';

/**
 * Steps 6 to 8 of create(), 5 to 7 of get(): whether there may be a ceremony at all, and for which RP ID.
 *
 * @returns the RP ID: the one asked for, or the caller's effective domain
 * @throws DOMException NotAllowedError for an opaque origin, SecurityError for an insecure context, a host that is no
 *   domain, or an RP ID that is not the caller's to use
 */
export function relyingPartyId(origin: Origin, asked: string | undefined): string | Promise<string> {
  if (origin.opaque) throw webAuthnError('NotAllowedError', 'The origin of the document is opaque.');
  if (!origin.trustworthy) {
    throw webAuthnError(
      'SecurityError',
      `WebAuthn needs a secure context, and ${origin.serialized} is none.`,
    );
  }
  const { domain } = origin;
  if (domain === undefined) throw webAuthnError('SecurityError', 'This is an invalid domain.');
  if (asked === undefined || knownRegistrableSuffix(asked, domain) === true) return asked ?? domain;
  return checkSuffix(asked, domain);
}

async function checkSuffix(asked: string, domain: string): Promise<string> {
  if (await isRegistrableSuffixOrEqual(asked, domain)) return asked;
  throw webAuthnError(
    'SecurityError',
    `The relying party ID is not a registrable domain suffix of, nor equal to the current domain: expected ${domain} or a suffix of it, got ${JSON.stringify(asked)}.`,
  );
}
