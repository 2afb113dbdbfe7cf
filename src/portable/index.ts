/** Credentials as others have them. Subpath `stuntkey/portable`. */
export { type Existing, exportCredentials, importCredentials } from './collection.ts';
export {
  type Exported,
  exportCredential,
  importCredential,
  PORTABLE_FORMATS,
  type PortableFormat,
  type PortableValues,
} from './convert.ts';
export type { CdpCredential } from './formats/cdp.ts';
export type { CxfFido2Extensions, CxfItem, CxfPasskey } from './formats/cxf.ts';
export type { KnownMembers, Read } from './formats/format.ts';
export type { CredentialJwk } from './formats/key-only.ts';
export type { PlaywrightCredential } from './formats/playwright.ts';
export type { StuntkeyCredential } from './formats/stuntkey.ts';
export type { WebDriverCredential } from './formats/webdriver.ts';
export type { PortableWarning } from './warning.ts';
