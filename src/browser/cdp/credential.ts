/** Our credentials as the WebAuthn domain has them, without blobs, which are not copied between Chromium and a store. */
import { base64, base64url, fromBase64 as decode } from '../../base/base64url.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { type CdpCredential, readParameters, writeParameters } from '../../portable/formats/cdp.ts';
import type { CredentialRecord } from '../../store/record.ts';

export type { CdpCredential } from '../../portable/formats/cdp.ts';

/** @throws StuntkeyError `not-portable` for a credential of U2F, which does not know its RP ID */
export function toCdpCredential(record: CredentialRecord): CdpCredential {
  return writeParameters('cdp', record, base64);
}

/** @throws StuntkeyError `bad-credential` for a member that is missing or malformed, `bad-key` for a key that cannot be read */
export function fromCdpCredential(credential: CdpCredential): CredentialRecord {
  return readParameters('cdp', credential, {}, 'base64').record;
}

/**
 * Bytes from base64 with padding.
 *
 * @param name of the member, for the error
 * @throws StuntkeyError `bad-credential`
 */
export function fromBase64(text: string, name: string): Uint8Array {
  try {
    return decode(text);
  } catch {}
  throw new StuntkeyError(
    'bad-credential',
    `${name}: expected base64 with padding, got ${text.slice(0, 40)}`,
  );
}

/** The key of a credential in maps. */
export function keyOf(id: Uint8Array): string {
  return base64url(id);
}
