/**
 * Credentials to and from the formats of others: Chromium, WebDriver, Playwright, Bitwarden, KeePassXC, FIDO's exchange format, PEM and JWK.
 *
 * @example
 * ```js
 * import { Authenticator, MemoryStore, WebAuthnClient } from 'stuntkey';
 * import { exportCredentials, importCredentials, PORTABLE_FORMATS } from 'stuntkey/portable';
 *
 * const authenticator = new Authenticator();
 * const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
 * await client.create({
 *   rp: { name: 'Example' },
 *   user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdl',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 *   authenticatorSelection: { requireResidentKey: true },
 * });
 * const { value, warnings } = await exportCredentials(authenticator.credentials.list(), 'webdriver');
 * console.log(PORTABLE_FORMATS.includes('webdriver'), value.length); // true 1
 * console.log(Array.isArray(warnings)); // true
 * const { records } = await importCredentials(new MemoryStore(), 'webdriver', value);
 * console.log(records.length); // 1
 * ```
 * @module stuntkey/portable
 */

export {
  exportCredentials,
  type Imported,
  type ImportOptions,
  importCredentials,
  type PortableFiles,
} from '../portable/collection.ts';
export {
  type Exported,
  exportCredential,
  importCredential,
  PORTABLE_FORMATS,
  type PortableFormat,
  type PortableValues,
} from '../portable/convert.ts';
export type {
  BitwardenExport,
  BitwardenFido2Credential,
  BitwardenItem,
} from '../portable/formats/bitwarden.ts';
export type { CdpCredential } from '../portable/formats/cdp.ts';
export type {
  CxfAccount,
  CxfFido2Extensions,
  CxfHeader,
  CxfItem,
  CxfPasskey,
} from '../portable/formats/cxf.ts';
export type { KnownMembers, Read } from '../portable/formats/format.ts';
export type { KeePassXcPasskey } from '../portable/formats/keepassxc.ts';
export type { CredentialJwk } from '../portable/formats/key-only.ts';
export type { PlaywrightCredential } from '../portable/formats/playwright.ts';
export type { StuntkeyCredential } from '../portable/formats/stuntkey.ts';
export type { WebDriverCredential } from '../portable/formats/webdriver.ts';
export type { Existing } from '../portable/plan.ts';
export type { PortableWarning } from '../portable/warning.ts';
