/** What a store says of itself under `F`: JSON that every version of this program can read, and no version ever changes. */
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { crc32 } from '../../base/crc32.ts';
import { storeError } from './errors.ts';
import type { Wrapping } from './passphrase.ts';

export interface Format {
  readonly format: 'stuntkey store';
  readonly version: number;
  readonly encryption?: Wrapping;
}

/** The first version whose format has a check. */
const CHECKED = 3;

/** The check comes last, and is of all before it. */
const END = /,"check":"([0-9a-f]{8})"\}$/;

export function packFormat(format: Format): Uint8Array {
  const { format: what, version, encryption } = format;
  const text = JSON.stringify({ format: what, version, ...(encryption && { encryption }) }).slice(0, -1);
  return utf8(`${text},"check":"${checkOf(text)}"}`);
}

/** @throws StuntkeyError `store-damaged` */
export function readFormat(bytes: Uint8Array, path: string): Format {
  let text: string;
  let format: unknown;
  try {
    text = fromUtf8(bytes);
    format = JSON.parse(text);
  } catch (error) {
    throw noStore(path, error);
  }
  if (!isFormat(format)) throw noStore(path);
  // (A version that is higher may have other checks.)
  const [end, check] = END.exec(text) ?? [];
  const whole = end !== undefined && check === checkOf(text.slice(0, -end.length));
  if (!whole && (format.version === CHECKED || end !== undefined)) {
    throw storeError('store-damaged', `the store ${path} is damaged: its format is not as it was written`);
  }
  return format;
}

export function noStore(path: string, cause?: unknown): Error {
  return storeError('store-damaged', `what is at ${path} is no store of stuntkey`, cause);
}

function isFormat(value: unknown): value is Format {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === 'stuntkey store' &&
    'version' in value &&
    Number.isInteger(value.version) &&
    (!('encryption' in value) || (typeof value.encryption === 'object' && value.encryption !== null))
  );
}

function checkOf(text: string): string {
  return crc32(utf8(text)).toString(16).padStart(8, '0');
}
