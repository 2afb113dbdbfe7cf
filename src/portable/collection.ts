/** Many credentials at once: what a file holds, and a store gives and takes. */
import { base64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import {
  type Exported,
  exportCredential,
  importCredential,
  type PortableFormat,
  type PortableValues,
} from './convert.ts';
import type { KnownMembers, Read } from './formats/format.ts';
import { malformed, type PortableWarning } from './warning.ts';

/**
 * Writes several credentials. Those that the format cannot hold are left out, with a warning `excluded`.
 *
 * @throws StuntkeyError `unknown-format`
 */
export async function exportCredentials<Name extends PortableFormat>(
  records: Iterable<CredentialRecord>,
  name: Name,
): Promise<Exported<PortableValues[Name][]>> {
  const value: PortableValues[Name][] = [];
  const warnings: PortableWarning[] = [];
  for (const record of records) {
    try {
      const one = await exportCredential(record, name);
      value.push(one.value);
      warnings.push(...one.warnings);
    } catch (error) {
      if (!(error instanceof StuntkeyError) || error.code !== 'not-portable') throw error;
      warnings.push({ code: 'excluded', format: name, id: base64url(record.id), message: error.message });
    }
  }
  return { value, warnings };
}

/** What to do with a credential whose ID is there already. */
export type Existing = 'refuse' | 'replace' | 'keep';

/**
 * Reads credentials from a file's content into a store: all of them, or on any error none.
 *
 * @param value one credential, an array, Playwright's storage state, or an item, account or header of CXF
 * @returns what is in the store now, and what was left out
 * @throws StuntkeyError as {@link importCredential}; `credential-exists` unless told otherwise by `existing`
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
  { existing = 'refuse', ...known }: KnownMembers & { readonly existing?: Existing } = {},
): Promise<{ readonly records: CredentialRecord[]; readonly warnings: PortableWarning[] }> {
  const { values, warnings } = credentialsIn(name, value);
  const read: Read[] = [];
  for (const one of values) read.push(await importCredential(name, one, known));
  const records = await store.transaction((transaction) => {
    const kept: CredentialRecord[] = [];
    for (const { record } of read) {
      if (transaction.get(record.id) !== undefined) {
        if (existing === 'keep') continue;
        if (existing === 'refuse')
          throw new StuntkeyError(
            'credential-exists',
            `there is a credential with the ID ${base64url(record.id)} already`,
          );
      }
      transaction.put(record);
      kept.push(record);
    }
    return kept;
  });
  return { records, warnings: [...warnings, ...read.flatMap((one) => one.warnings)] };
}

interface Found {
  readonly values: unknown[];
  readonly warnings: PortableWarning[];
}

/** The single values in what a file holds. */
function credentialsIn(format: PortableFormat, value: unknown): Found {
  if (format === 'cxf') return passkeysIn(value, 0);
  if (Array.isArray(value)) return { values: value, warnings: [] };
  const inState =
    format === 'playwright' && typeof value === 'object' && value !== null && 'credentials' in value;
  if (!inState) return { values: [value], warnings: [] };
  if (Array.isArray(value.credentials)) return { values: value.credentials, warnings: [] };
  throw malformed(format, 'credentials', 'an array', value.credentials);
}

/** Where CXF has its parts: a header its accounts, an account its items, an item its credentials. */
const PARTS = ['accounts', 'items', 'credentials'] as const;

function passkeysIn(value: unknown, depth: number): Found {
  if (depth > 2 * PARTS.length) throw malformed('cxf', 'credential', 'a passkey', value);
  if (Array.isArray(value)) {
    const found = value.map((one) => passkeysIn(one, depth + 1));
    return {
      values: found.flatMap(({ values }) => values),
      warnings: found.flatMap(({ warnings }) => warnings),
    };
  }
  const object =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const part = PARTS.find((name) => Object.hasOwn(object, name));
  if (part !== undefined) return passkeysIn(object[part], depth + 1);
  const { type } = object;
  if (type === 'passkey' || typeof type !== 'string') return { values: [value], warnings: [] };
  const message = `cxf: a credential of type ${type.slice(0, 40)} is no passkey; it is left out`;
  return { values: [], warnings: [{ code: 'ignored', format: 'cxf', message }] };
}
