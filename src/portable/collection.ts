/** Many credentials at once: reads files into a store, and writes a store's credentials to files. */
import { base64url } from '../base/base64url.ts';
import { type Clock, systemClock, wallTime } from '../base/clock.ts';
import { check, count, exactly, flag, having, maybe, oneOf, type Shape } from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { Store, StoreReader } from '../store/store.ts';
import {
  type Exported,
  exportCredential,
  importCredential,
  type PortableFormat,
  type PortableValues,
  requireFormat,
} from './convert.ts';
import { type BitwardenExport, bitwardenFile } from './formats/bitwarden.ts';
import { type CxfHeader, cxfFile } from './formats/cxf.ts';
import { type KnownMembers, knownMembers, type Read } from './formats/format.ts';
import { type Existing, type Plan, planImport } from './plan.ts';
import { valuesIn } from './values.ts';
import type { PortableWarning } from './warning.ts';

/** The content of a file, by format. */
export interface PortableFiles {
  readonly stuntkey: PortableValues['stuntkey'][];
  readonly cdp: PortableValues['cdp'][];
  readonly webdriver: PortableValues['webdriver'][];
  readonly playwright: PortableValues['playwright'][];
  /** A file for Bitwarden's import. */
  readonly bitwarden: BitwardenExport;
  /** KeePassXC reads files of one passkey: an array of such files' contents. */
  readonly keepassxc: PortableValues['keepassxc'][];
  /** A header, with one account and its items. */
  readonly cxf: CxfHeader;
  readonly pem: PortableValues['pem'][];
  readonly jwk: PortableValues['jwk'][];
}

/** What a file has around its credentials, by format. */
const AROUND: {
  readonly [Name in PortableFormat]?: (
    values: readonly PortableValues[Name][],
    records: readonly CredentialRecord[],
    clock: Clock,
  ) => PortableFiles[Name];
} = {
  bitwarden: (values, records) => bitwardenFile(records, values),
  cxf: (values, _, clock) => cxfFile(values, Math.floor(wallTime(clock) / 1000)),
};

/**
 * Writes several credentials as a file of the format. Credentials that the format cannot hold are left out, with a warning `excluded`.
 *
 * @param options `clock`, for the time that a file was made at. Default: the machine's time
 * @throws StuntkeyError `unknown-format`; `bad-options`
 */
export async function exportCredentials<Name extends PortableFormat>(
  records: Iterable<CredentialRecord>,
  name: Name,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Exported<PortableFiles[Name]>> {
  requireFormat(name);
  if (typeof records !== 'object' || !(Symbol.iterator in Object(records)))
    throw new StuntkeyError(
      'bad-options',
      `exportCredentials: expected records, such as authenticator.credentials.list(), got ${String(records)}`,
    );
  const values: PortableValues[Name][] = [];
  const written: CredentialRecord[] = [];
  const warnings: PortableWarning[] = [];
  for (const record of records) {
    try {
      const one = await exportCredential(record, name);
      values.push(one.value);
      written.push(record);
      warnings.push(...one.warnings);
    } catch (error) {
      if (!(error instanceof StuntkeyError) || error.code !== 'not-portable') throw error;
      warnings.push({ code: 'excluded', format: name, id: base64url(record.id), message: error.message });
    }
  }
  const value = AROUND[name]?.(values, written, clock) ?? (values as unknown as PortableFiles[Name]);
  return { value, warnings };
}

/** The options of an import into a store. */
export interface ImportOptions extends KnownMembers {
  /** What to do with a credential whose ID, or whose RP ID and user, exist already. Default: `refuse` the whole import. */
  readonly existing?: Existing;
  /** How many discoverable credentials the store may have. Default: no limit. */
  readonly capacity?: number;
  /** Only reports what would be done. */
  readonly dryRun?: boolean;
}

const importShape: Shape<ImportOptions> = exactly({
  ...knownMembers,
  existing: maybe(oneOf(['refuse', 'replace', 'keep'])),
  capacity: maybe(count()),
  dryRun: maybe(flag),
});

const storeShape = having<Store>('a store, such as authenticator.credentials', 'read', 'transaction');

/** The result of an import, or of its dry run. */
export interface Imported {
  /** The credentials that were added. */
  readonly records: CredentialRecord[];
  /** The credentials that were replaced. */
  readonly replaced: CredentialRecord[];
  /** The credentials that were kept instead of one in the file. */
  readonly kept: CredentialRecord[];
  readonly warnings: PortableWarning[];
}

/**
 * Reads credentials from a file's content into a store: all of them, or on any error none.
 *
 * @param value one credential, an array, Playwright's storage state, Bitwarden's export, or an item, account or header of CXF; of CXF
 *   also the bytes of its ZIP archive
 * @throws StuntkeyError as {@link importCredential}; `bad-options`; `credential-exists` that names each, unless told otherwise by `existing`;
 *   `no-room`. The store is as it was then
 *
 * @example
 * ```ts
 * import { MemoryStore } from 'stuntkey';
 * import { importCredentials } from 'stuntkey/portable';
 * const storageState = { cookies: [], origins: [], credentials: [] };
 * const { records } = await importCredentials(new MemoryStore(), 'playwright', storageState);
 * console.log(records.length);
 * ```
 */
export async function importCredentials(
  store: Store,
  name: PortableFormat,
  value: unknown,
  options: ImportOptions = {},
): Promise<Imported> {
  check(storeShape, store, 'bad-options', 'store');
  check(importShape, options, 'bad-options');
  const { existing = 'refuse', capacity = Number.POSITIVE_INFINITY, dryRun = false, ...known } = options;
  const { values, warnings } = await valuesIn(name, value);
  const read: Read[] = [];
  for (const one of values) read.push(await importCredential(name, one, known));
  const records = read.map(({ record }) => record);
  const plan = (reader: StoreReader): Plan => planImport(reader, records, existing, capacity);
  const { put, replaced, kept } = dryRun
    ? store.read(plan)
    : await store.transaction((transaction) => {
        const planned = plan(transaction);
        for (const record of planned.put) transaction.put(record);
        return planned;
      });
  return {
    records: put,
    replaced,
    kept,
    warnings: [...warnings, ...read.flatMap((one) => one.warnings)],
  };
}
