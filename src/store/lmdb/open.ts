/** Opens a store, or makes one. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type RandomSource, systemRandom } from '../../crypto/random.ts';
import { bodyOf } from './entry.ts';
import { explained, storeError } from './errors.ts';
import { DATA_FILE, hasStore, prepareFiles, requireNoLinks } from './files.ts';
import { type Format, noStore, packFormat, readFormat } from './format.ts';
import { type Inspection, inspect, requireCounts, requireEntries, requireStructure } from './inspect.ts';
import { FORMAT_KEY, LAYOUT_VERSION, NO_NUMBERS, NUMBERS_KEY, unpackNumbers } from './layout.ts';
import { lmdb } from './lmdb.ts';
import { migrate, OLDEST_VERSION } from './migrate.ts';
import { openingOptions, type StoreOptions } from './options.ts';
import type { Wrapping } from './passphrase.ts';
import { plain, type Sealer, sealedUnder } from './seal.ts';
import { LmdbStore } from './store.ts';
import type { Database } from './tree.ts';
import { needsNoWalk, WalkedNote } from './walked-note.ts';

type NewKey = Awaited<ReturnType<typeof import('./passphrase.ts').newKeyUnder>>;

/** Modules that only stores with a passphrase need. */
const slow = (): Promise<typeof import('./passphrase.ts')> => import('./passphrase.ts');

/**
 * Opens a durable store, or makes one. Only the owner can read folder and files (0700, 0600; an existing folder
 * keeps its mode). The file system has to be a local one: LMDB does not work over NFS and the like.
 *
 * @throws StuntkeyError `store-missing`, `store-needs-lmdb`, `store-passphrase`, `store-version`, `store-read-only`, `store-full`,
 *   `store-locked`, `store-damaged`, `bad-options`
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
  const {
    path,
    passphrase,
    readOnly = false,
    create = !readOnly,
    random = systemRandom,
    passphraseCost,
  } = openingOptions(options, 'openStore');
  const newKey = async (): Promise<NewKey | undefined> =>
    passphrase === undefined ? undefined : (await slow()).newKeyUnder(passphrase, random, passphraseCost);
  requireNoLinks(path);
  let made: NewKey | undefined;
  const exists = hasStore(path);
  if (!exists && (!create || readOnly)) throw storeError('store-missing', `no store at ${path}`);
  const { open } = lmdb();
  if (!exists) {
    // What is wrong with the options is to be known before a file is made.
    made = await newKey();
  }
  const { db, seen } = openDatabase(open, path, readOnly);
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
    else if (seen !== undefined) requireAsCounted(seen, sealer, path);
    const note = new WalkedNote(path);
    if (!readOnly && seen !== undefined) note.write();
    return new LmdbStore({
      db,
      note,
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

function openDatabase(
  open: ReturnType<typeof lmdb>['open'],
  path: string,
  readOnly: boolean,
): { readonly db: Database; readonly seen: Inspection | undefined } {
  try {
    if (!readOnly) prepareFiles(path);
    const file = join(path, DATA_FILE);
    const seen = needsNoWalk(path) ? undefined : inspect(file, path);
    if (seen !== undefined && (!seen.moving || seen.walked.meta === undefined)) requireStructure(seen, path);
    const db = open({
      path,
      noSubdir: false,
      readOnly,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Else a transaction could be seen, and answered from, before it is on the disk.
      overlappingSync: false,
      ...FREE_LIST,
    }) as Database;
    return { db, seen: seen?.moving ? inspectUnderWriters(db, file, path) : seen };
  } catch (error) {
    throw explained(error, path);
  }
}

/** LMDB does not reuse the pages of a state that is being read, so the walked pages do not change meanwhile. */
function inspectUnderWriters(db: Database, file: string, path: string): Inspection {
  const reading = db.useReadTransaction();
  try {
    const seen = inspect(file, path);
    requireStructure(seen, path);
    return seen;
  } catch (error) {
    void db.close();
    throw error;
  } finally {
    reading.done();
  }
}

/** @throws StuntkeyError `store-damaged` if more than single credentials is damaged, or something is missing */
function requireAsCounted(seen: Inspection, sealer: Sealer, path: string): void {
  // (It was empty, or of an older version, when it was looked at.)
  if (seen.format === undefined || readFormat(seen.format, path).version < LAYOUT_VERSION) return;
  requireEntries(seen, path);
  const numbers =
    seen.numbers === undefined
      ? NO_NUMBERS
      : unpackNumbers(sealer.unseal(NUMBERS_KEY, bodyOf(NUMBERS_KEY, seen.numbers)));
  requireCounts(seen, numbers, path);
}

/** @throws StuntkeyError `store-damaged` */
function formatOf(db: Database, path: string): Format | undefined {
  const bytes = db.get(FORMAT_KEY);
  if (bytes !== undefined) return readFormat(bytes, path);
  for (const _ of db.getKeys({ limit: 1 })) throw noStore(path);
  return undefined;
}

/**
 * Entries of the list of free pages that LMDB loads, and keeps after a transaction (options that lmdb-js does not declare). A
 * commit writes and compares all that is in memory: after large transactions that would be tens of thousands.
 */
const FREE_LIST = { maxFreeSpaceToLoad: 1000, maxFreeSpaceToRetain: 1000 };

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
    if (current === undefined) db.putSync(FORMAT_KEY, packFormat(format));
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

/** Migrates an older layout to this one, in one transaction; another process may have done it meanwhile. */
function migrateFrom(db: Database, sealer: Sealer, path: string): void {
  db.transactionSync(() => {
    const format = formatOf(db, path);
    if (format === undefined || format.version >= LAYOUT_VERSION) return;
    migrate(db, sealer, format.version);
    db.putSync(FORMAT_KEY, packFormat({ ...format, version: LAYOUT_VERSION }));
  });
}
