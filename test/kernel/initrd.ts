/** The first file system of a kernel: a cpio archive of the kind "newc", and what Debian's modules say of each other. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A file of the archive. Without contents it is a folder. */
interface Entry {
  readonly path: string;
  readonly contents?: Uint8Array;
}

const FOLDER = 0o040755;
const PROGRAM = 0o100755;

const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/** The archive, as Linux unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function archive(entries: readonly Entry[]): Uint8Array {
  const parts = [...entries, { path: 'TRAILER!!!', contents: new Uint8Array() }].map(
    ({ path, contents }, place) => {
      const name = Buffer.from(`${path}\0`);
      const size = contents?.length ?? 0;
      const mode = contents === undefined ? FOLDER : PROGRAM;
      // inode, mode, uid, gid, links, time, size, two devices of two numbers, length of the name, checksum
      const numbers = [place + 1, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length, 0];
      const head = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}`;
      return Buffer.concat([
        padded(Buffer.concat([Buffer.from(head), name])),
        padded(contents ?? new Uint8Array()),
      ]);
    },
  );
  return Buffer.concat(parts);
}

/**
 * Modules with all that they need, in the order in which they can be loaded.
 *
 * @param files every module there is; what is not among them is built in
 */
export function inOrder(wanted: readonly string[], files: readonly string[]): string[] {
  const named = (name: string): string => name.replaceAll('_', '-');
  const byName = new Map(files.map((file) => [named(basename(file, '.ko')), file]));
  const ordered: string[] = [];
  const add = (name: string): void => {
    const file = byName.get(named(name));
    if (file === undefined || ordered.includes(file)) return;
    const [, needs = ''] = /\0depends=([^\0]*)\0/.exec(readFileSync(file, 'latin1')) ?? [];
    for (const need of needs.split(',')) if (need !== '') add(need);
    ordered.push(file);
  };
  for (const name of wanted) add(name);
  return ordered;
}
