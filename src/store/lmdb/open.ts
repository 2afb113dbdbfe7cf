/** Opening a store, or making one. */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { type RandomSource, systemRandom } from '../../crypto/random.ts';
import { damaged, walkFile } from './data-file.ts';
import { explained, storeError } from './errors.ts';
import { DATA_FILE, hasStore, prepareFiles } from './files.ts';
import { FORMAT_KEY, LAYOUT_VERSION } from './layout.ts';
import { migrate, OLDEST_VERSION } from './migrate.ts';
import type { Wrapping } from './passphrase.ts';
import { plain, type Sealer, sealedUnder } from './seal.ts';
import { LmdbStore } from './store.ts';
import type { Database } from './tree.ts';

/** As CommonJS it is one file, and there sooner than as twenty modules. */
const { open } = createRequire(import.meta.url)('lmdb') as typeof import('lmdb');

type NewKey = Awaited<ReturnType<typeof import('./passphrase.ts').newKeyUnder>>;

/** What only stores under a passphrase need. */
const slow = (): Promise<typeof import('./passphrase.ts')> => import('./passphrase.ts');

/** Which store, and how. */
export interface StoreOptions {
  /** The folder of the store. */
  readonly path: string;
  /** Encrypts a new store, opens an encrypted one. */
  readonly passphrase?: string;
  /** Opens it for reading, also where nothing can be written: on a medium that is read-only. Default: false. */
  readonly readOnly?: boolean;
  /** Whether to make a store where there is none. Default: true, unless `readOnly`. */
  readonly create?: boolean;
  /** Chance for the keys and nonces of an encrypted store. Default: the machine's. */
  readonly random?: RandomSource;
  /** What a new store's passphrase costs whoever tries: log2 of scrypt's N, 10 to 20. Default: 17, 128 MiB and a second. */
  readonly passphraseCost?: number;
}

/** What every version of this program can read of a store, and no version ever changes. */
interface Format {
  readonly format: 'stuntkey store';
  readonly version: number;
  readonly encryption?: Wrapping;
}

/**
 * Opens a durable store, or makes one. Folder and files are for their owner alone (0700, 0600; a folder that is there already
 * keeps its mode). The file system has to be a local one: LMDB does not work over NFS and the like.
 *
 * @throws StuntkeyError `store-missing`, `store-passphrase`, `store-version`, `store-read-only`, `store-full`, `store-locked`,
 *   `store-damaged`, `bad-options`
 *
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { Authenticator } from 'stuntkey';
 * import { openStore } from 'stuntkey/store';
 * const store = await openStore({ path: `${tmpdir()}/stuntkey-${process.pid}` });
 * const authenticator = new Authenticator({ store });
 * await authenticator.getInfo();
 * await store.close();
 * ```
 */
export async function openStore(options: StoreOptions): Promise<LmdbStore> {
  const { path, passphrase, readOnly = false, create = !readOnly, random = systemRandom } = options;
  const newKey = async (): Promise<NewKey | undefined> =>
    passphrase === undefined
      ? undefined
      : (await slow()).newKeyUnder(passphrase, random, options.passphraseCost);
  let made: NewKey | undefined;
  if (!hasStore(path)) {
    if (!create || readOnly) throw storeError('store-missing', `no store at ${path}`);
    // What is wrong with the options is to be known before a file is made.
    made = await newKey();
  }
  const db = openDatabase(path, readOnly);
  try {
    let format = formatOf(db, path);
    if (format === undefined) {
      if (readOnly || !create) throw storeError('store-missing', `no store at ${path}`);
      made ??= await newKey();
      // Another process may have been quicker: then the store is the one that it made.
      format = begin(db, path, made?.wrapping);
    }
    checkVersion(format, path, readOnly);
    const sealer = await sealerOf(format, passphrase, path, random);
    if (format.version < LAYOUT_VERSION) migrateFrom(db, sealer, path);
    return new LmdbStore({
      db,
      sealer,
      path: realpathSync(path),
      readOnly,
      encrypted: format.encryption !== undefined,
    });
  } catch (error) {
    await db.close();
    throw explained(error, path);
  }
}

function openDatabase(path: string, readOnly: boolean): Database {
  try {
    if (!readOnly) prepareFiles(path);
    const file = join(path, DATA_FILE);
    const { walked, moving } = walkFile(file, path);
    if (walked !== undefined && walked.problemCount > 0 && (!moving || walked.meta === undefined))
      throw damaged(walked, path);
    const db = open({
      path,
      noSubdir: false,
      readOnly,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Else a transaction could be seen, and answered from, before it is on the disk.
      overlappingSync: false,
    }) as Database;
    if (moving) requireWholeUnderWriters(db, file, path);
    return db;
  } catch (error) {
    throw explained(error, path);
  }
}

/** Pages of a state that somebody reads are not used again, so the file stands still for as long as that takes. */
function requireWholeUnderWriters(db: Database, file: string, path: string): void {
  const reading = db.useReadTransaction();
  try {
    const { walked } = walkFile(file, path);
    if (walked === undefined || walked.problemCount === 0) return;
    void db.close();
    throw damaged(walked, path);
  } finally {
    reading.done();
  }
}

/** @throws StuntkeyError `store-damaged` */
function formatOf(db: Database, path: string): Format | undefined {
  const bytes = db.get(FORMAT_KEY);
  if (bytes === undefined) {
    for (const _ of db.getKeys({ limit: 1 })) throw noStore(path);
    return undefined;
  }
  let format: unknown;
  try {
    format = JSON.parse(fromUtf8(bytes));
  } catch (error) {
    throw noStore(path, error);
  }
  if (!isFormat(format)) throw noStore(path);
  return format;
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

function noStore(path: string, cause?: unknown): Error {
  return storeError('store-damaged', `what is at ${path} is no store of stuntkey`, cause);
}

/** Writes the format of a new store, unless there is one. */
function begin(db: Database, path: string, encryption: Wrapping | undefined): Format {
  const format: Format = {
    format: 'stuntkey store',
    version: LAYOUT_VERSION,
    ...(encryption !== undefined && { encryption }),
  };
  let current: Format | undefined;
  db.transactionSync(() => {
    current = formatOf(db, path);
    if (current === undefined) db.putSync(FORMAT_KEY, utf8(JSON.stringify(format)));
  });
  return current ?? format;
}

/** @throws StuntkeyError `store-version` */
function checkVersion({ version }: Format, path: string, readOnly: boolean): void {
  if (version > LAYOUT_VERSION || version < OLDEST_VERSION) {
    throw storeError(
      'store-version',
      `the store ${path} has version ${version} of the layout, this program knows ${OLDEST_VERSION} to ${LAYOUT_VERSION}`,
    );
  }
  if (version < LAYOUT_VERSION && readOnly) {
    throw storeError(
      'store-version',
      `the store ${path} has version ${version} of the layout; open it once for writing, and it becomes ${LAYOUT_VERSION}`,
    );
  }
}

async function sealerOf(
  { encryption }: Format,
  passphrase: string | undefined,
  path: string,
  random: RandomSource,
): Promise<Sealer> {
  if (encryption !== undefined) {
    return sealedUnder(await (await slow()).keyUnder(passphrase, encryption, `the store ${path}`), random);
  }
  if (passphrase !== undefined) {
    throw storeError('store-passphrase', `the store ${path} is not under a passphrase, and one was given`);
  }
  return plain;
}

/** Brings an older layout up to this one, in one transaction; another process may have done it meanwhile. */
function migrateFrom(db: Database, sealer: Sealer, path: string): void {
  db.transactionSync(() => {
    const format = formatOf(db, path);
    if (format === undefined || format.version >= LAYOUT_VERSION) return;
    migrate(db, sealer, format.version);
    db.putSync(FORMAT_KEY, utf8(JSON.stringify({ ...format, version: LAYOUT_VERSION })));
  });
}
