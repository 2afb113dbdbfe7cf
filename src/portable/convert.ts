/** One credential, from our record to a format and back. */
import { base64url } from '../base/base64url.ts';
import { check, exactly, type Shape } from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import { losses } from './compare.ts';
import { type BitwardenFido2Credential, bitwarden } from './formats/bitwarden.ts';
import { type CdpCredential, cdp } from './formats/cdp.ts';
import { type CxfItem, cxf } from './formats/cxf.ts';
import { type Format, type KnownMembers, knownMembers, type Read } from './formats/format.ts';
import { type KeePassXcPasskey, keepassxc } from './formats/keepassxc.ts';
import { type CredentialJwk, jwk, pem } from './formats/key-only.ts';
import { type PlaywrightCredential, playwright } from './formats/playwright.ts';
import { type StuntkeyCredential, stuntkey } from './formats/stuntkey.ts';
import { type WebDriverCredential, webdriver } from './formats/webdriver.ts';
import type { PortableWarning } from './warning.ts';

/** A credential's value in each format. */
export interface PortableValues {
  /** The whole credential, in our own JSON. */
  readonly stuntkey: StuntkeyCredential;
  /** Chromium's WebAuthn domain. */
  readonly cdp: CdpCredential;
  readonly webdriver: WebDriverCredential;
  /** `context.credentials`, and `credentials` of a storage state. */
  readonly playwright: PlaywrightCredential;
  /** Bitwarden's JSON export: a login's `fido2Credentials`. */
  readonly bitwarden: BitwardenFido2Credential;
  /** KeePassXC's passkey file. */
  readonly keepassxc: KeePassXcPasskey;
  /** FIDO's Credential Exchange Format: an item with one passkey. */
  readonly cxf: CxfItem;
  /** The key alone: PKCS#8 and SPKI. */
  readonly pem: string;
  /** The key alone, with the credential ID as `kid`. */
  readonly jwk: CredentialJwk;
}

/** The name of a format: one of {@link PORTABLE_FORMATS}. */
export type PortableFormat = keyof PortableValues;

const FORMATS: { readonly [Name in PortableFormat]: Format<PortableValues[Name]> } = {
  stuntkey,
  cdp,
  webdriver,
  playwright,
  bitwarden,
  keepassxc,
  cxf,
  pem,
  jwk,
};

/** The names of all formats. */
export const PORTABLE_FORMATS: readonly PortableFormat[] = Object.keys(FORMATS) as PortableFormat[];

/** A value in a format, and warnings for what it cannot hold. */
export interface Exported<Value> {
  readonly value: Value;
  readonly warnings: readonly PortableWarning[];
}

const knownShape: Shape<KnownMembers> = exactly(knownMembers);

function formatOf<Name extends PortableFormat>(name: Name): Format<PortableValues[Name]> {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name];
  const expected = PORTABLE_FORMATS.join(', ');
  throw new StuntkeyError('unknown-format', `expected one of ${expected}, got ${String(name)}`);
}

/** @throws StuntkeyError `unknown-format` */
export const requireFormat = (name: PortableFormat): void => void formatOf(name);

/**
 * Writes a credential in a format. The warnings name what the format cannot hold, which is found by reading the value again.
 *
 * @throws StuntkeyError `unknown-format`; `not-portable` for a credential that the format cannot hold at all: one made over U2F
 *   in all but `stuntkey`, `pem` and `jwk`, one that counts in `cxf`, one of another algorithm than ES256 in `bitwarden`
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { exportCredential } from 'stuntkey/portable';
 * const authenticator = new Authenticator();
 * for (const record of authenticator.credentials.list()) {
 *   const { value, warnings } = await exportCredential(record, 'playwright');
 *   console.log(value, warnings.map(({ message }) => message));
 * }
 * ```
 */
export async function exportCredential<Name extends PortableFormat>(
  record: CredentialRecord,
  name: Name,
): Promise<Exported<PortableValues[Name]>> {
  const format = formatOf(name);
  const value = await format.write(record);
  // A key says nothing of the rest: for those formats the reader knows what cannot be left out.
  const { id, rpId = '?', userId, discoverable } = record;
  const known = name === 'pem' || name === 'jwk' ? { id, rpId, discoverable, ...(userId && { userId }) } : {};
  const { record: back } = await format.read(value, known);
  // Of a credential made over U2F only the RP ID's hash is known.
  const warnings = (await losses(name, record, back)).filter(
    ({ member }) => member !== 'rpId' || record.rpId !== undefined,
  );
  const unsaid = Object.keys(known).filter((member) => name === 'pem' || member !== 'id');
  const flaw = format.unusable?.(record);
  return {
    value,
    warnings: [
      ...warnings,
      ...unsaid.map((member) => unsaidIn(name, member, record)),
      ...(flaw === undefined
        ? []
        : [
            {
              code: 'unusable' as const,
              format: name,
              id: base64url(id),
              member: flaw.member,
              message: flaw.why,
            },
          ]),
    ],
  };
}

function unsaidIn(format: PortableFormat, member: string, { id }: CredentialRecord): PortableWarning {
  return {
    code: 'lost',
    format,
    id: base64url(id),
    member,
    message: `${format} has only the key: its reader must know ${member}`,
  };
}

/**
 * Reads a credential from a format.
 *
 * @param known members that the value does not have: formats of keys need an RP ID and, for a discoverable credential, a user handle;
 *   `algorithm` where several go with one kind of key. It goes before what the value says
 * @throws StuntkeyError `unknown-format`; `bad-credential` that names what is missing or malformed; `bad-key`; `not-portable`
 *   for a value of a later version
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { importCredential } from 'stuntkey/portable';
 * const authenticator = new Authenticator();
 * const [saved] = JSON.parse('[]');
 * if (saved) {
 *   const { record } = await importCredential('playwright', saved);
 *   await authenticator.credentials.put(record);
 * }
 * ```
 */
export async function importCredential(
  name: PortableFormat,
  value: unknown,
  known: KnownMembers = {},
): Promise<Read> {
  check(knownShape, known, 'bad-options', 'known');
  return formatOf(name).read(value, known);
}
