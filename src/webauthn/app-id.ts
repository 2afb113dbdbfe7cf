/**
 * AppIDs, under which U2F registered credentials (https://www.w3.org/TR/webauthn-3/#sctn-appid-extension). Whether a page may use
 * one is the question of "FIDO AppID and Facet Specification" section 3.1.2; lists of trusted facets are not fetched, as
 * browsers do not: a page may use AppIDs of its own site.
 */
import { webAuthnError } from './errors.ts';
import type { Origin } from './origin.ts';
import { isSameSite } from './rp-id.ts';

/**
 * The AppID that a page may use.
 *
 * @param given an empty one stands for the page's origin
 * @throws TypeError, or a DOMException SecurityError
 */
export async function authorizedAppId(origin: Origin, given: unknown): Promise<string> {
  if (typeof given !== 'string') throw new TypeError(`appid: expected a string, got ${typeof given}.`);
  const asked = given === '' ? origin.serialized : given;
  let url: URL;
  try {
    url = new URL(asked);
  } catch {
    throw refused();
  }
  if (url.protocol !== 'https:' || url.protocol !== new URL(origin.serialized).protocol) throw refused();
  if (origin.domain === undefined || !(await isSameSite(url.hostname, origin.domain))) throw refused();
  return asked;
}

function refused(): DOMException {
  return webAuthnError('SecurityError', 'The application ID is not one that this page may use.');
}
