/** Many credentials at once: what a file holds, and a store gives and takes. */
import { base64url } from '../base/base64url.ts';
import { type Clock, systemClock, wallTime } from '../base/clock.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { Store, StoreReader } from '../store/store.ts';
import {
  type Exported,
  exportCredential,
  importCredential,
  type PortableFormat,
  type PortableValues,
} from './convert.ts';
import { type BitwardenExport, bitwardenFile } from './formats/bitwarden.ts';
import { type CxfHeader, cxfFile } from './formats/cxf.ts';
import type { KnownMembers, Read } from './formats/format.ts';
import { type Existing, type Plan, planImport } from './plan.ts';
import { valuesIn } from './values.ts';
import type { PortableWarning } from './warning.ts';

/** What a file of a format is. */
export interface PortableFiles {
  readonly stuntkey: PortableValues['stuntkey'][];
  readonly cdp: PortableValues['cdp'][];
  readonly webdriver: PortableValues['webdriver'][];
  readonly playwright: PortableValues['playwright'][];
  /** What Bitwarden's import reads. */
  readonly bitwarden: BitwardenExport;
  /** KeePassXC reads a file of one passkey; several are an array, of which each is a file. */
  readonly keepassxc: PortableValues['keepassxc'][];
  /** The header, with one account and its items. */
  readonly cxf: CxfHeader;
  readonly pem: PortableValues['pem'][];
  readonly jwk: PortableValues['jwk'][];
}

/** What a file has around its credentials. */
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
 * Writes several credentials, as a file of the format has them. Those that the format cannot hold are left out, with a warning `excluded`.
 *
 * @param options `clock`, for what a file says of when it was made. Default: the machine's time
 * @throws StuntkeyError `unknown-format`
 */
export async function exportCredentials<Name extends PortableFormat>(
  records: Iterable<CredentialRecord>,
  name: Name,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Exported<PortableFiles[Name]>> {
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

/** How credentials are brought into a store. */
export interface ImportOptions extends KnownMembers {
  /** What to do with a credential whose ID, or whose site and user, are there already. Default: `refuse` all of them. */
  readonly existing?: Existing;
  /** How many discoverable credentials there is room for. Default: as many as there are. */
  readonly capacity?: number;
  /** Only says what would be done. */
  readonly dryRun?: boolean;
}

/** What an import did, or would do. */
export interface Imported {
  /** What is in the store now. */
  readonly records: CredentialRecord[];
  /** What was there, and had to go. */
  readonly replaced: CredentialRecord[];
  /** What was there, and stayed, so that one of the file did not come. */
  readonly kept: CredentialRecord[];
  readonly warnings: PortableWarning[];
}

/**
 * Reads credentials from a file's content into a store: all of them, or on any error none.
 *
 * @param value one credential, an array, Playwright's storage state, Bitwarden's export, or an item, account or header of CXF; of CXF
 *   also the bytes of its ZIP archive
 * @throws StuntkeyError as {@link importCredential}; `credential-exists` that names each, unless told otherwise by `existing`;
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
  { existing = 'refuse', capacity = Number.POSITIVE_INFINITY, dryRun = false, ...known }: ImportOptions = {},
): Promise<Imported> {
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
