/**
 * The note beside a large store: which state of the file was walked, or written by us. A file that is just so, by inode, size, time of
 * the last change and last transaction, is not walked again. It saves time only, and is no protection: a process that can write the file can
 * write the note.
 */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { crc32 } from '../../base/crc32.ts';
import { DATA_FILE, NOTE_FILE } from './files.ts';
import { AT_ONCE, glance } from './walk.ts';

/** It is overwritten in place, so it is always as long. */
const LENGTH = 128;

/** Whether a file need not be walked: it is large, and the note beside it fits. */
export function needsNoWalk(path: string): boolean {
  return (
    withFile(join(path, DATA_FILE), constants.O_RDONLY, (data) => {
      const now = stateOf(data);
      if (now === undefined) return false;
      const noted = withFile(join(path, NOTE_FILE), constants.O_RDONLY | constants.O_NOFOLLOW, (note) => {
        const bytes = new Uint8Array(LENGTH);
        return fromUtf8(bytes.subarray(0, readSync(note, bytes, 0, LENGTH, 0)));
      });
      return noted === now;
    }) === true
  );
}

/** Keeps the note of a store up to date, where it is large enough for one. */
export class WalkedNote {
  readonly #path: string;
  #data: number | undefined;
  #note: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The file is as it should be. Where no note can be written, it will be walked again. */
  write(): void {
    try {
      this.#data ??= openSync(join(this.#path, DATA_FILE), 'r');
      if (fstatSync(this.#data).size <= AT_ONCE) return;
      const state = stateOf(this.#data);
      if (state === undefined) return;
      const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
      this.#note ??= openSync(join(this.#path, NOTE_FILE), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
      writeSync(this.#note, utf8(state), 0, LENGTH, 0);
    } catch {
      // It is no loss but of time.
    }
  }

  close(): void {
    for (const descriptor of [this.#data, this.#note]) if (descriptor !== undefined) closeSync(descriptor);
    this.#data = undefined;
    this.#note = undefined;
  }
}

/** What the note of a file says; undefined where it is small, or no file of LMDB's. */
function stateOf(descriptor: number): string | undefined {
  const { ino, size, mtimeNs } = fstatSync(descriptor, { bigint: true });
  if (size <= BigInt(AT_ONCE)) return undefined;
  const { meta } = glance(descriptor);
  if (meta === undefined || meta.wrong.length > 0) return undefined;
  const text = `walked: inode ${ino}, ${size} bytes, changed ${mtimeNs}, transaction ${meta.transaction}`;
  return `${`${text} ${crc32(utf8(text))}`.padEnd(LENGTH - 1)}\n`;
}

function withFile<T>(file: string, flags: number, work: (descriptor: number) => T): T | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, flags);
  } catch {
    return undefined;
  }
  try {
    return work(descriptor);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
