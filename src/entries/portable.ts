/** Credentials as others have them. Subpath `stuntkey/portable`. */
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
