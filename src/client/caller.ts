/** The caller: the checks of its origin and RP ID, which create() and get() share. */

import { messageOf } from '../base/message-of.ts';
import { webAuthnError } from '../webauthn/errors.ts';
import type { Origin } from '../webauthn/origin.ts';
import { type Fetch, isRelatedOrigin, listOf } from '../webauthn/related-origins.ts';
import { hostOf, isHost, isRegistrableSuffixOrEqual, knownRegistrableSuffix } from '../webauthn/rp-id.ts';
import { appsRpId, isApp } from './app.ts';
import type { Cancellation } from './ceremony.ts';
import type { ClientContext } from './context.ts';

/**
 * Steps 6 to 8 of create(), 5 to 7 of get(): whether a ceremony is allowed, and for which RP ID.
 *
 * @returns the RP ID: the one asked for, or the caller's effective domain
 * @throws DOMException NotAllowedError for an opaque origin, SecurityError for an insecure context, a host that is no
 *   domain, or an RP ID that is not the caller's to use
 */
export function relyingPartyId(
  origin: Origin,
  asked: string | undefined,
  fetch?: Fetch,
  cancel?: Cancellation,
): string | Promise<string> {
  if (origin.opaque) throw webAuthnError('NotAllowedError', 'The origin of the document is opaque.');
  if (!origin.trustworthy) {
    throw webAuthnError(
      'SecurityError',
      `WebAuthn needs a secure context, and ${origin.serialized} is none.`,
    );
  }
  const { domain } = origin;
  if (domain === undefined) throw invalidDomain(origin);
  if (asked === undefined || asked === domain) return domain;
  return knownRegistrableSuffix(asked, domain) ?? checkSuffix(origin, domain, asked, fetch, cancel);
}

/** The message is Chromium's; the cause says more. */
function invalidDomain({ serialized, app }: Origin): DOMException {
  const cause =
    app === undefined
      ? `${serialized} has an IP address, and RP IDs are domains: use localhost, or a name`
      : `${serialized} is no web page's: expected the option app, which says which RP IDs it may use`;
  return webAuthnError('SecurityError', 'This is an invalid domain.', new Error(cause));
}

async function checkSuffix(
  origin: Origin,
  domain: string,
  asked: string,
  fetch: Fetch | undefined,
  cancel: Cancellation | undefined,
): Promise<string> {
  // Every spelling is the RP ID that the URL parser makes of it.
  if (await isRegistrableSuffixOrEqual(asked, domain)) return hostOf(asked) ?? asked;
  const why = `The relying party ID is not a registrable domain suffix of, nor equal to the current domain: expected ${domain} or a suffix of it, got ${JSON.stringify(asked)}.`;
  if (fetch === undefined || !isHost(asked)) throw webAuthnError('SecurityError', why);
  // Another site's RP ID, if that site allows it.
  try {
    if (await isRelatedOrigin(fetch, origin, asked, cancel?.signal)) return asked;
  } catch (cause) {
    const reason = messageOf(cause);
    throw webAuthnError(
      'SecurityError',
      `${why} Subsequently, an attempt to fetch the .well-known/webauthn resource of the claimed RP ID failed.`,
      withWayOut(
        new Error(`${listOf(asked)} was asked for: ${reason}`, { cause }),
        `use ${domain} or a suffix of it as RP ID, or let ${listOf(asked)} list ${origin.serialized}`,
      ),
    );
  }
  throw webAuthnError(
    'SecurityError',
    `${why} The claimed RP ID's .well-known/webauthn resource does not list the current origin.`,
    withWayOut(
      new Error(`${listOf(asked)} was fetched: add ${origin.serialized} to its "origins"`),
      `add ${origin.serialized} to the "origins" of ${listOf(asked)}, or use ${domain} or a suffix of it as RP ID`,
    ),
  );
}

/** What to do goes with the cause: pages are told neither, and a trace says both. */
function withWayOut(cause: Error, wayOut: string): Error {
  return Object.assign(cause, { wayOut });
}

/** The same for a client's call, unless a browser has made these checks already. @throws as above */
export function callersRpId(
  { origin, fetch, permissions, app }: ClientContext,
  asked: string | undefined,
  cancel: Cancellation,
): string | Promise<string> {
  if (permissions.rpIdChecked && asked !== undefined) return asked;
  if (isApp(origin, app)) return appsRpId(origin, app ?? {}, asked);
  return relyingPartyId(origin, asked, fetch, cancel);
}
