/**
 * The two files of a store. They are made here and not by LMDB: with their mode from the first moment on, and the lock file
 * with all its blocks, for it is mapped into memory, where a full disk would be a signal and not an error.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { explained, storeError } from './errors.ts';

export const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';
/** See `walked-note.ts`. */
export const NOTE_FILE = 'walked';

/** Room for some 500 processes that read at once, 64 bytes each. */
const LOCK_SIZE = 32_768;

/** Bytes that have to be free for a transaction: some thirty pages, and few transactions change as many. */
const ROOM = 131_072;

/**
 * Looks for room before LMDB does: what it has to say of a disk that is full it prints, into a buffer that is too small.
 *
 * @throws StuntkeyError `store-full`
 */
export function requireRoom(path: string): void {
  const { blocks, bavail, bsize } = statfsSync(path);
  // (Some file systems do not tell.)
  if (blocks > 0 && bavail * bsize < ROOM) {
    throw storeError(
      'store-full',
      `no room is left for the store ${path}: ${bavail * bsize} bytes are free, it takes ${ROOM}; nothing was changed`,
    );
  }
}

/** Whether there is anything of a store in a folder. */
export function hasStore(path: string): boolean {
  const file = join(path, DATA_FILE);
  if (!existsSync(file)) return false;
  const stat = lstatSync(file);
  // What is no file counts as a store here: opening it says what is wrong with it, where "there is no key" would lead nowhere.
  return !stat.isFile() || stat.size > 0;
}

/**
 * The folder may be a link; its files may not. A link there leads out of the folder, and would put a key, with its file mode, in a place
 * where its owner does not look for one.
 *
 * @throws StuntkeyError `store-damaged`
 */
export function requireNoLinks(path: string): void {
  for (const name of [DATA_FILE, LOCK_FILE, NOTE_FILE]) {
    const file = join(path, name);
    let stat: Stats | undefined;
    try {
      stat = lstatSync(file, { throwIfNoEntry: false });
    } catch (error) {
      throw explained(error, path);
    }
    if (stat === undefined || stat.isFile()) continue;
    throw storeError(
      'store-damaged',
      `${file}: expected a file of the store's own, got ${stat.isSymbolicLink() ? 'a link that leads elsewhere' : 'something else'}`,
    );
  }
}

/**
 * Sees to it that folder and files are there: the folder, if it is made, for its owner alone, the files always.
 *
 * @throws StuntkeyError `store-full`, `store-read-only`, `store-missing`
 */
export function prepareFiles(path: string): void {
  try {
    const made = makeFolder(path);
    if (!hasStore(path)) requireRoomIn(path, made);
    make(join(path, DATA_FILE), 0);
    make(join(path, LOCK_FILE), LOCK_SIZE);
  } catch (error) {
    throw explained(error, path);
  }
}

/**
 * Makes a folder, and those around it. (Node's own way goes on without end in a file system that makes none, such as /proc.)
 *
 * @returns the outermost that was made; undefined where the folder was there
 */
export function makeFolder(path: string, mode = 0o700): string | undefined {
  if (existsSync(path)) return mkdirSync(path, { recursive: true, mode });
  const around = dirname(path);
  const made = around === path ? undefined : makeFolder(around, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return made ?? path;
}

/** A folder that was made for nothing goes again. */
function requireRoomIn(path: string, made: string | undefined): void {
  try {
    requireRoom(path);
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true });
    throw error;
  }
}

function make(file: string, size: number): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    accessSync(file, constants.R_OK | constants.W_OK);
    // Copied from elsewhere, perhaps, and with it the mode of there.
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return;
  }
  try {
    writeSync(descriptor, new Uint8Array(size));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
