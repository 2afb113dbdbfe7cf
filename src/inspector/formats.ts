/** The formats of credentials that can be chosen, by what people call them. */
import type { PortableFormat } from '../portable/convert.ts';

export type { PortableFormat } from '../portable/convert.ts';

const NAMES: Readonly<Record<PortableFormat, string>> = {
  stuntkey: 'stuntkey: everything',
  cxf: 'CXF: FIDO’s Credential Exchange Format',
  cdp: 'CDP: Chromium’s WebAuthn domain',
  webdriver: 'WebDriver',
  playwright: 'Playwright',
  bitwarden: 'Bitwarden',
  keepassxc: 'KeePassXC',
  pem: 'PEM: the key alone',
  jwk: 'JWK: the key alone',
};

export const PORTABLE_FORMATS: readonly (readonly [PortableFormat, string])[] = Object.entries(NAMES) as [
  PortableFormat,
  string,
][];
