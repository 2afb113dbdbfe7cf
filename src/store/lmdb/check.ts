/** Checks a whole store without LMDB, however damaged: finds what is wrong, and what can still be read. */
import { join } from 'node:path';
import { fromUtf8, hex, isBytes } from '../../base/bytes.ts';
import { systemRandom } from '../../crypto/random.ts';
import { unpackDevice, unpackRecord } from '../packing.ts';
import type { CredentialRecord } from '../record.ts';
import { bodyOf, isWhole } from './entry.ts';
import { storeError } from './errors.ts';
import { DATA_FILE, hasStore, requireNoLinks } from './files.ts';
import { type Format, readFormat } from './format.ts';
import { countsWrong, described, type Inspection, inspect, whatIsHurt } from './inspect.ts';
import {
  DEVICE_KEY,
  LAYOUT_VERSION,
  NUMBERS_KEY,
  placeNumber,
  RECORDS,
  SETTINGS_KEY,
  unpackNumbers,
} from './layout.ts';
import { type CheckOptions, checkOptions } from './options.ts';
import { keyUnder } from './passphrase.ts';
import { plain, type Sealer, sealedUnder } from './seal.ts';
import { strayEntries } from './stray.ts';

/** A credential that can no longer be read, as far as it is known. */
export interface LostCredential {
  readonly place: number;
  readonly id?: string;
  readonly rpId?: string;
  readonly userName?: string;
}

/** The result of a check. */
export interface StoreCheck {
  readonly path: string;
  readonly whole: boolean;
  /** Undefined if it can no longer be read. */
  readonly version: number | undefined;
  readonly encrypted: boolean;
  /** False for an encrypted store without its passphrase: then the content of its values is not checked. */
  readonly opened: boolean;
  readonly bytes: number;
  /** The problems, one sentence for each; the first hundred. */
  readonly problems: readonly string[];
  readonly problemCount: number;
  readonly credentials: {
    /** How many there were at the last transaction; undefined if that cannot be read. */
    readonly counted: number | undefined;
    readonly readable: number;
  };
  readonly lost: readonly LostCredential[];
  readonly device: 'whole' | 'hurt' | 'none';
  readonly settings: 'whole' | 'hurt' | 'none';
}

/** What can still be read, to be saved. */
export interface Salvaged {
  readonly settings: string | undefined;
  readonly device: Uint8Array | undefined;
  /** Packed, in the order they were made in. */
  readonly records: readonly Uint8Array[];
}

const MOST_PROBLEMS = 100;

/**
 * Checks every page and every value of a store, without LMDB, and changes nothing. Other processes may have it open.
 *
 * @throws StuntkeyError `store-missing`, `store-version`, `store-passphrase` for a wrong one, `bad-options`
 */
export async function checkStore(options: CheckOptions): Promise<StoreCheck> {
  return (await look(checkOptions(options, 'checkStore'), false)).check;
}

/** Checks a store, and keeps what can still be read. @throws StuntkeyError as {@link checkStore} */
export async function salvage(
  options: CheckOptions,
): Promise<{ readonly check: StoreCheck; readonly salvaged: Salvaged }> {
  const { check, contents } = await look(options, true);
  return { check, salvaged: contents.salvaged() };
}

async function look(
  { path, passphrase }: CheckOptions,
  keep: boolean,
): Promise<{ readonly check: StoreCheck; readonly contents: Contents }> {
  requireNoLinks(path);
  if (!hasStore(path)) throw storeError('store-missing', `no store at ${path}`);
  const file = join(path, DATA_FILE);
  const problems: string[] = [];
  // The first walk finds the format, by which the second opens what is sealed.
  const first = inspect(file, path);
  const strays = first.walked.problemCount > 0 ? strayEntries(file, first.walked) : [];
  const format = formatIn(first, strays, path, problems);
  if (format !== undefined && format.version !== LAYOUT_VERSION) {
    throw storeError(
      'store-version',
      `the store ${path} has version ${format.version} of the layout, which has no checks; open it once for writing, and it becomes ${LAYOUT_VERSION}`,
    );
  }
  const sealer = await sealerOf(format, passphrase, path);
  let contents = new Contents(sealer, keep);
  const seen = inspect(
    file,
    path,
    (key, value) => contents.entry(key, value),
    () => {
      contents = new Contents(sealer, keep);
    },
  );
  for (const { key, value } of strays) contents.entry(key, value);
  problems.push(...seen.walked.problems.map(described), ...seen.hurt.map(whatIsHurt), ...contents.problems);
  const numbers = contents.numbers(seen.numbers);
  const wrong = numbers && seen.walked.problemCount === 0 ? countsWrong(seen, numbers) : undefined;
  if (wrong !== undefined) problems.push(wrong);
  const problemCount = problems.length + seen.walked.problemCount - seen.walked.problems.length;
  return {
    contents,
    check: {
      path,
      whole: problemCount === 0,
      version: format?.version,
      encrypted: format?.encryption !== undefined,
      opened: sealer !== undefined,
      bytes: seen.walked.size,
      problems: problems.slice(0, MOST_PROBLEMS),
      problemCount,
      credentials: { counted: numbers?.credentials, readable: contents.readable },
      lost: contents.lost,
      device: contents.device,
      settings: contents.settings,
    },
  };
}

type Stray = { readonly key: Uint8Array; readonly value: Uint8Array };

function formatIn(
  { format }: Inspection,
  strays: readonly Stray[],
  path: string,
  problems: string[],
): Format | undefined {
  const bytes = format ?? strays.find(({ key }) => key.length === 1 && key[0] === 0x46)?.value;
  if (bytes === undefined) {
    problems.push('the format of the store is not there');
    return undefined;
  }
  try {
    return readFormat(bytes, path);
  } catch (error) {
    problems.push((error as Error).message);
    return undefined;
  }
}

/** @returns undefined if sealed values cannot be opened */
async function sealerOf(
  format: Format | undefined,
  passphrase: string | undefined,
  path: string,
): Promise<Sealer | undefined> {
  if (format?.encryption === undefined) return plain;
  if (passphrase === undefined) return undefined;
  return sealedUnder(await keyUnder(passphrase, format.encryption, `the store ${path}`), systemRandom);
}

/** The content of entries, as far as it can be read. */
class Contents {
  readonly #sealer: Sealer | undefined;
  readonly #keep: boolean;
  readonly #records = new Map<number, Uint8Array>();
  #settings: string | undefined;
  #device: Uint8Array | undefined;
  readonly problems: string[] = [];
  readonly lost: LostCredential[] = [];
  readable = 0;
  device: StoreCheck['device'] = 'none';
  settings: StoreCheck['settings'] = 'none';

  constructor(sealer: Sealer | undefined, keep: boolean) {
    this.#sealer = sealer;
    this.#keep = keep;
  }

  entry(key: Uint8Array, value: Uint8Array): void {
    if (key[0] === RECORDS[0]) this.#record(key, value);
    else if (key[0] === DEVICE_KEY[0]) {
      this.#device = this.#opened(key, value, unpackDevice);
      this.device = this.#device === undefined ? 'hurt' : 'whole';
    } else if (key[0] === SETTINGS_KEY[0]) {
      const bytes = this.#opened(key, value, (settings) => JSON.parse(fromUtf8(settings)));
      this.settings = bytes === undefined ? 'hurt' : 'whole';
      if (bytes !== undefined && this.#sealer !== undefined) this.#settings = fromUtf8(bytes);
    }
  }

  numbers(value: Uint8Array | undefined): ReturnType<typeof unpackNumbers> | undefined {
    if (value === undefined || this.#sealer === undefined) return undefined;
    const body = this.#opened(NUMBERS_KEY, value, unpackNumbers);
    return body && unpackNumbers(body);
  }

  salvaged(): Salvaged {
    const byPlace = [...this.#records].sort(([a], [b]) => a - b);
    const records = new Map<string, Uint8Array>();
    // Of one ID, or one user, there is never more than one: the last, if something of before came up.
    for (const [, packed] of byPlace) {
      const { id, discoverable, rpIdHash, userId } = unpackRecord(packed);
      const ofUser = discoverable && userId ? `${hex(rpIdHash)} ${hex(userId)}` : undefined;
      const names = [`id ${hex(id)}`, ...(ofUser === undefined ? [] : [`user ${ofUser}`])];
      for (const name of names) {
        const before = records.get(name);
        if (before !== undefined)
          for (const [other, one] of records) if (one === before) records.delete(other);
      }
      for (const name of names) records.set(name, packed);
    }
    return { settings: this.#settings, device: this.#device, records: [...new Set(records.values())] };
  }

  #record(key: Uint8Array, value: Uint8Array): void {
    const place = placeNumber(key);
    let record: CredentialRecord | undefined;
    const packed = this.#opened(key, value, (bytes) => {
      record = unpackRecord(bytes);
    });
    if (packed === undefined) {
      if (this.lost.length < MOST_PROBLEMS) this.lost.push({ place, ...this.#guess(key, value) });
      return;
    }
    this.readable++;
    if (this.#keep && record !== undefined) this.#records.set(place, packed);
  }

  /** A value that is whole, opens, and can be read; undefined otherwise. (Without a passphrase: the stored bytes.) */
  #opened(key: Uint8Array, value: Uint8Array, read: (bytes: Uint8Array) => unknown): Uint8Array | undefined {
    if (!isWhole(key, value)) return undefined;
    const body = bodyOf(key, value);
    if (this.#sealer === undefined) return body;
    try {
      const opened = this.#sealer.unseal(key, body);
      read(opened);
      return opened;
    } catch {
      this.problems.push(`${whatIsHurt(key)}: it does not open`);
      return undefined;
    }
  }

  /** What a damaged record seems to contain; nothing for a sealed one. */
  #guess(key: Uint8Array, value: Uint8Array): Omit<LostCredential, 'place'> {
    if (this.#sealer !== plain || key.length === 0) return {};
    try {
      const { id, rpId, userName } = unpackRecord(new Uint8Array(value.subarray(0, -4)));
      return {
        ...(isBytes(id) && { id: hex(id) }),
        ...(typeof rpId === 'string' && { rpId }),
        ...(typeof userName === 'string' && { userName }),
      };
    } catch {
      return {};
    }
  }
}
