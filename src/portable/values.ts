/** Finds the single credentials in a file's content, by its format. */
import { fromUtf8, isBytes } from '../base/bytes.ts';
import type { PortableFormat } from './convert.ts';
import { malformed, type PortableWarning } from './warning.ts';
import { filesInZip, isZip } from './zip.ts';

export interface Found {
  readonly values: unknown[];
  readonly warnings: PortableWarning[];
}

/** @throws StuntkeyError `bad-credential` */
export async function valuesIn(format: PortableFormat, value: unknown): Promise<Found> {
  if (format === 'cxf') return passkeysIn(isBytes(value) ? await unpacked(value) : value, 0);
  if (format === 'bitwarden') return inBitwarden(value);
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
  if (Array.isArray(value)) return joined(value.map((one) => passkeysIn(one, depth + 1)));
  const object = asObject(value);
  const part = PARTS.find((name) => Object.hasOwn(object, name));
  if (part !== undefined) return passkeysIn(object[part], depth + 1);
  const { type } = object;
  if (type === 'passkey' || typeof type !== 'string') return { values: [value], warnings: [] };
  return leftOut('cxf', `a credential of type ${type.slice(0, 40)} is no passkey`);
}

/** The JSON in an archive: a file of any name that has accounts. */
async function unpacked(bytes: Uint8Array): Promise<unknown> {
  if (!isZip(bytes)) return parsed(bytes, 'file');
  const files = filesInZip('cxf', bytes);
  for (const file of files.filter(({ name }) => /\.json$/i.test(name))) {
    const value = parsed(await file.read(), file.name);
    if (Object.hasOwn(asObject(value), 'accounts')) return value;
  }
  const names = files.map(({ name }) => name);
  const encrypted = names.some((name) => /\.jwe$/i.test(name));
  throw malformed(
    'cxf',
    'archive',
    encrypted ? 'one that is not encrypted (this one has JWE)' : 'a JSON file with accounts',
    names.slice(0, 5).join(', '),
  );
}

function parsed(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    throw malformed('cxf', name, 'JSON', bytes);
  }
}

/** A whole export, a login, a login's credentials, or one of those. */
function inBitwarden(value: unknown, depth = 0): Found {
  if (Array.isArray(value)) {
    if (depth > 1) throw malformed('bitwarden', 'credential', 'a passkey', value);
    return joined(value.map((one) => inBitwarden(one, depth + 1)));
  }
  const object = asObject(value);
  if (object.encrypted === true)
    throw malformed('bitwarden', 'encrypted', 'an export that is not encrypted (.json)', true);
  if (Array.isArray(object.items)) return joined(object.items.map(inItem));
  return 'login' in object || 'type' in object ? inItem(value) : { values: [value], warnings: [] };
}

function inItem(value: unknown): Found {
  const { login, name } = asObject(value);
  const { fido2Credentials } = asObject(login);
  if (Array.isArray(fido2Credentials) && fido2Credentials.length > 0)
    return { values: fido2Credentials, warnings: [] };
  return leftOut('bitwarden', `the item ${JSON.stringify(String(name).slice(0, 40))} has no passkey`);
}

function leftOut(format: string, why: string): Found {
  return {
    values: [],
    warnings: [{ code: 'ignored', format, message: `${format}: ${why}; it is left out` }],
  };
}

function joined(found: readonly Found[]): Found {
  return {
    values: found.flatMap(({ values }) => values),
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
