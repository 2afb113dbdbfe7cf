/**
 * The two files of a store. They are made here and not by LMDB: with their mode from the first moment on, and the lock file
 * with all its blocks, for it is mapped into memory, where a full disk would be a signal and not an error.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { explained } from './errors.ts';

export const DATA_FILE = 'data.mdb';
export const LOCK_FILE = 'lock.mdb';

/** Room for some 500 processes that read at once, 64 bytes each. */
const LOCK_SIZE = 32_768;

/** Whether there is anything of a store in a folder. */
export function hasStore(path: string): boolean {
  return existsSync(join(path, DATA_FILE)) && statSync(join(path, DATA_FILE)).size > 0;
}

/**
 * Sees to it that folder and files are there: the folder, if it is made, for its owner alone, the files always.
 *
 * @throws StuntkeyError `store-full`, `store-read-only`, `store-missing`
 */
export function prepareFiles(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    make(join(path, DATA_FILE), 0);
    make(join(path, LOCK_FILE), LOCK_SIZE);
  } catch (error) {
    throw explained(error, path);
  }
}

function make(file: string, size: number): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
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
