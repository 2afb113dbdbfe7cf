/** What is asked about credentials. */
import type { CredentialChanges } from '../../authenticator/credentials.ts';
import {
  anything,
  described,
  exactly,
  flag,
  type Members,
  maybe,
  oneOf,
  type Shape,
  text,
  whole,
} from '../../base/shape.ts';
import { PORTABLE_FORMATS, type PortableFormat } from '../../portable/convert.ts';
import type { Existing } from '../../portable/plan.ts';
import { base64urlText, format } from './common.ts';

/** What can be changed about a credential. */
const CHANGEABLE = {
  userName: maybe(text()),
  userDisplayName: maybe(text()),
  signCount: maybe(whole(0, 0xffff_ffff)),
  backupEligible: maybe(flag),
  backupState: maybe(flag),
} as const satisfies Members;

/** What a value in a format may not say. */
export interface Unsaid {
  readonly id?: string;
  readonly rpId?: string;
  readonly userId?: string;
  readonly userName?: string;
  readonly algorithm?: number;
}

const UNSAID = {
  id: maybe(described(base64urlText(2, 1364), 'For `pem`, which has none.')),
  rpId: maybe(
    described(text({ least: 1 }), 'Where the format has none; it goes before what the value says.'),
  ),
  userId: maybe(described(base64urlText(2, 86), 'The same; makes it discoverable.')),
  userName: maybe(text()),
  algorithm: maybe(
    described(whole(Number.MIN_SAFE_INTEGER), 'COSE number, where several go with one kind of key.'),
  ),
} as const satisfies Members;

const value = described(
  anything,
  'What that format has: a credential, an array of them, a whole file’s content.',
);

/** What an import is asked with. */
export interface ImportRequest extends Unsaid {
  readonly format?: PortableFormat;
  readonly value: unknown;
  readonly existing?: Existing;
}

export const credentialImport: Shape<ImportRequest> = exactly({
  format: maybe(format),
  value,
  existing: maybe(
    described(oneOf(['refuse', 'replace', 'keep'] satisfies Existing[]), {
      default: 'refuse',
      description: 'What to do about a credential whose ID is there already.',
    }),
  ),
  ...UNSAID,
});

/** What a conversion is asked with. */
export interface ConversionRequest extends Unsaid {
  readonly from: PortableFormat;
  readonly to: PortableFormat;
  readonly value: unknown;
}

export const credentialChanges: Shape<CredentialChanges> = exactly(CHANGEABLE) as Shape<CredentialChanges>;
export const conversionRequest: Shape<ConversionRequest> = exactly({
  from: oneOf(PORTABLE_FORMATS),
  to: oneOf(PORTABLE_FORMATS),
  value,
  ...UNSAID,
});
