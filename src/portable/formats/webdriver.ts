/** Credential Parameters of WebDriver (https://www.w3.org/TR/webauthn-3/#sctn-automation-add-credential). */
import { base64url } from '../../base/base64url.ts';
import {
  type CdpCredential,
  readParameters,
  unusableInChromium,
  withBlob,
  writeBlob,
  writeParameters,
} from './cdp.ts';
import type { Format } from './format.ts';

/** Bytes are in base64url. */
export interface WebDriverCredential extends Omit<CdpCredential, 'rpId' | 'signCount'> {
  readonly rpId: string;
  /** Null for a credential that does not count. */
  readonly signCount: number | null;
}

export const webdriver: Format<WebDriverCredential> = {
  name: 'webdriver',
  write: async (record) => ({
    ...writeParameters('webdriver', record, base64url),
    ...(await writeBlob(record, base64url)),
  }),
  unusable: unusableInChromium,
  read: (value, known) => withBlob(readParameters('webdriver', value, known, 'base64url')),
};
