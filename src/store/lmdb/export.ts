/** Writes a whole store to one file, and reads it back. */
import { renameSync, rmSync } from 'node:fs';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { callable, check, having, that } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { systemRandom } from '../../crypto/random.ts';
import { packDevice, packRecord, unpackDevice, unpackRecord } from '../packing.ts';
import { type StoreCheck, salvage } from './check.ts';
import { explained, storeError } from './errors.ts';
import { hasStore } from './files.ts';
import { EXPORT_FORMAT, EXPORT_VERSION, FrameReader, FrameWriter } from './frames.ts';
import { beside, removeLeftovers } from './leftovers.ts';
import { openStore } from './open.ts';
import {
  type CheckOptions,
  checkOptions,
  type ExportOptions,
  exportOptions,
  type ImportOptions,
  importOptions,
} from './options.ts';
import { keyUnder, newKeyUnder } from './passphrase.ts';
import { plain, sealedUnder } from './seal.ts';
import type { JsonObject, LmdbStore } from './store.ts';

const opened = having<LmdbStore>('a store that openStore opened', 'snapshot');
const writes = callable('a function that takes the pieces');
const pieces = that(
  (given) =>
    typeof given === 'object' &&
    given !== null &&
    (Symbol.asyncIterator in given || Symbol.iterator in given),
  'the pieces of an export, such as createReadStream(file)',
);

/**
 * The whole store as one file, in pieces: settings, device state and credentials, private keys among them, as they were when
 * the first piece was asked for. Two devices made from one export count their signatures separately, which servers take for a copied
 * key, rightly.
 *
 * @throws StuntkeyError `bad-options`
 *
 * @example
 * ```ts
 * import { createWriteStream } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { pipeline } from 'node:stream/promises';
 * import { exportStore, openStore } from 'stuntkey/store';
 * const store = await openStore({ path: `${tmpdir()}/stuntkey-${process.pid}` });
 * const file = createWriteStream(`${tmpdir()}/stuntkey-${process.pid}.export`, { mode: 0o600 });
 * await pipeline(exportStore(store), file);
 * await store.close();
 * ```
 */
export async function* exportStore(
  store: LmdbStore,
  options: ExportOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  check(opened, store, 'bad-options', 'exportStore');
  const { header, writer } = await beginExport(exportOptions(options, 'exportStore'));
  const { view, settings, done } = store.snapshot();
  try {
    yield header;
    if (settings !== undefined) yield writer.frame('S', utf8(JSON.stringify(settings)));
    const device = view.device();
    if (device !== undefined) yield writer.frame('D', packDevice(device));
    let credentials = 0;
    for (const record of view.all()) {
      yield writer.frame('C', packRecord(record));
      credentials++;
    }
    yield writer.end(credentials);
  } finally {
    done();
  }
}

/**
 * Writes what can still be read of a store, damaged or not, as the file that {@link exportStore} writes. LMDB is not used, so for any
 * damage, this ends.
 *
 * @param write called with the file, piece by piece
 * @returns the result of the check
 * @throws StuntkeyError `store-missing`, `store-version`, `store-passphrase`, `bad-options`
 */
export async function salvageStore(
  options: CheckOptions,
  write: (piece: Uint8Array) => void,
  exporting: ExportOptions = {},
): Promise<StoreCheck> {
  const from = checkOptions(options, 'salvageStore');
  check(writes, write, 'bad-options', 'salvageStore');
  const to = exportOptions(exporting, 'salvageStore');
  const { check: result, salvaged } = await salvage(from);
  if (!result.opened) {
    throw storeError('store-passphrase', `the store ${from.path} is under a passphrase, and none was given`);
  }
  const { header, writer } = await beginExport(to);
  write(header);
  if (salvaged.settings !== undefined) write(writer.frame('S', utf8(salvaged.settings)));
  if (salvaged.device !== undefined) write(writer.frame('D', salvaged.device));
  for (const packed of salvaged.records) write(writer.frame('C', packed));
  write(writer.end(salvaged.records.length));
  return result;
}

async function beginExport({
  passphrase,
  random = systemRandom,
  passphraseCost,
}: ExportOptions): Promise<{ readonly header: Uint8Array; readonly writer: FrameWriter }> {
  const made = passphrase === undefined ? undefined : await newKeyUnder(passphrase, random, passphraseCost);
  const writer = new FrameWriter(made === undefined ? plain : sealedUnder(made.key, random));
  const header = writer.header({
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    ...(made && { encryption: made.wrapping }),
  });
  return { header, writer };
}

/** Credentials in one transaction. */
const AT_ONCE = 1000;

/**
 * Makes a store from the pieces of {@link exportStore}: all of it, or on any error none.
 *
 * @throws StuntkeyError `store-exists`, `store-passphrase`, `store-version`, `store-damaged`, `store-full`, and what
 *   `openStore` throws
 */
export async function importStore(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  importing: ImportOptions,
): Promise<LmdbStore> {
  const { exportPassphrase, ...options } = importOptions(importing, 'importStore');
  check(pieces, source, 'bad-options', 'importStore');
  const { path, random = systemRandom } = options;
  removeLeftovers(path, 'importing');
  if (hasStore(path)) throw storeError('store-exists', `there is a store at ${path} already`);
  const reader = new FrameReader(source);
  const { version, encryption } = await reader.header();
  if (version !== EXPORT_VERSION) {
    throw storeError(
      'store-version',
      `the export has version ${version}, this program knows ${EXPORT_VERSION}`,
    );
  }
  if (encryption === undefined && exportPassphrase !== undefined) {
    throw storeError('store-passphrase', 'the export is not under a passphrase, and one was given');
  }
  const sealer =
    encryption === undefined
      ? plain
      : sealedUnder(await keyUnder(exportPassphrase, encryption, 'the export'), random);

  // It is made beside its place, and put there when it is whole.
  const unfinishedPath = beside(path, 'importing');
  const unfinished = await openStore({ ...options, path: unfinishedPath });
  try {
    await fill(unfinished, () => reader.frame(sealer));
    await unfinished.close();
    renameSync(unfinishedPath, path);
  } catch (error) {
    await unfinished.close();
    rmSync(unfinishedPath, { recursive: true, force: true });
    const why = explained(error, path);
    throw why instanceof StuntkeyError
      ? why
      : storeError('store-damaged', 'the export cannot be read', error);
  }
  return openStore(options);
}

type Frame = Awaited<ReturnType<FrameReader['frame']>>;

async function fill(store: LmdbStore, next: () => Promise<Frame>): Promise<void> {
  let waiting: Uint8Array[] = [];
  let credentials = 0;
  const flush = (): void => {
    store.transaction((transaction) => {
      for (const packed of waiting) transaction.put(unpackRecord(packed));
    });
    credentials += waiting.length;
    waiting = [];
  };
  for (;;) {
    const { kind, content } = await next();
    if (kind === 'S') await store.putSettings(JSON.parse(fromUtf8(content)) as JsonObject);
    else if (kind === 'D') store.transaction((transaction) => transaction.putDevice(unpackDevice(content)));
    else if (kind === 'C') {
      waiting.push(content);
      if (waiting.length === AT_ONCE) flush();
    } else if (kind === 'E') {
      flush();
      const counted = Number(new DataView(content.buffer, content.byteOffset).getBigUint64(0));
      if (credentials === counted && store.count() === counted) return;
      throw storeError('store-damaged', `the export has ${credentials} credentials, and says ${counted}`);
    } else {
      throw new StuntkeyError(
        'store-damaged',
        `the export has a part ${JSON.stringify(kind)} that is not known`,
      );
    }
  }
}
