/** A file of secrets: written beside its place and put there when it is whole, for its owner alone. */
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { beside, removeLeftovers } from '../store/lmdb/leftovers.ts';
import { UsageError } from './error.ts';

export type Write = (bytes: Uint8Array) => void;

/**
 * What was at the path before stays there until all is written, and if anything fails, whatever it is. A path that is a link is
 * followed; what is no plain file (a pipe, a device) is written to as it is.
 *
 * @throws UsageError for what the file system says, and what `work` throws
 */
export async function writeWhole(file: string, work: (write: Write) => Promise<void> | void): Promise<void> {
  const existing = asUsage(file, () => statSync(file, { throwIfNoEntry: false }));
  if (existing !== undefined && !existing.isFile()) {
    if (existing.isDirectory())
      throw new UsageError(`file: expected one that can be written, got the folder ${file}`);
    await fill(file, file, 'w', work);
    return;
  }
  const place = existing === undefined ? file : realpathSync(file);
  removeLeftovers(place, 'writing');
  const unfinished = beside(place, 'writing');
  try {
    await fill(file, unfinished, 'wx', work);
    asUsage(file, () => renameSync(unfinished, place));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

async function fill(
  file: string,
  path: string,
  flags: 'w' | 'wx',
  work: (write: Write) => Promise<void> | void,
): Promise<void> {
  const descriptor = asUsage(file, () => openSync(path, flags, 0o600));
  try {
    await work((bytes) => asUsage(file, () => writeAll(descriptor, bytes)));
    if (flags === 'wx') asUsage(file, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

function asUsage<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`file: ${file} cannot be written, and is as it was: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
