/**
 * A look at LMDB's file before LMDB has it: what is no B-tree, or was cut off, would end the process and not the transaction, for
 * it is mapped into memory and not checked.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { explained, storeError } from './errors.ts';

/** Where things are in a meta page of LMDB's data format 2, little-endian; there are two at the beginning of the file. */
const MAGIC = { at: 24, is: 0xbeef_c0de } as const;
const PAGE_SIZE = 48;
const FREE_ROOT = 88;
const MAIN_ROOT = 136;
const LAST_PAGE = 144;
const TRANSACTION = 152;
const META_LENGTH = 160;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Pages at the end that were asked for and given back in one transaction are free, and may never have been written. */
const UNWRITTEN = 16;

interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: number;
  readonly transaction: bigint;
}

/**
 * Whether what is in a file can be a tree that is whole. An empty one is a tree yet to be.
 *
 * @throws StuntkeyError `store-damaged`, and what the file system says
 */
export function requireTree(file: string, path: string): void {
  const descriptor = openSync(file, 'r');
  try {
    // The size comes last: whoever writes meanwhile writes pages first, and then what points to them.
    const metas = metasIn(descriptor);
    const { size } = fstatSync(descriptor);
    if (size === 0) return;
    if (metas === undefined) throw storeError('store-damaged', `what is at ${path} is no store of stuntkey`);
    const { pageSize, roots, lastPage } = metas;
    const pages = Math.floor(size / pageSize);
    if (roots.some((root) => root !== NO_PAGE && root >= pages) || pages + UNWRITTEN <= lastPage) {
      throw storeError(
        'store-damaged',
        `the store ${path} is cut off: expected ${lastPage + 1} pages of ${pageSize} bytes, got ${size} bytes`,
      );
    }
  } catch (error) {
    throw explained(error, path);
  } finally {
    closeSync(descriptor);
  }
}

/** The newer of the two meta pages. */
function metasIn(descriptor: number): Meta | undefined {
  const first = metaAt(descriptor, 0);
  const second = first && metaAt(descriptor, first.pageSize);
  if (first === undefined || second === undefined) return undefined;
  return second.transaction > first.transaction ? second : first;
}

function metaAt(descriptor: number, offset: number): Meta | undefined {
  const bytes = new Uint8Array(META_LENGTH);
  if (readSync(descriptor, bytes, 0, META_LENGTH, offset) < META_LENGTH) return undefined;
  const view = new DataView(bytes.buffer);
  const pageSize = view.getUint32(PAGE_SIZE, true);
  if (view.getUint32(MAGIC.at, true) !== MAGIC.is || pageSize < 256 || pageSize > 65_536) return undefined;
  return {
    pageSize,
    roots: [FREE_ROOT, MAIN_ROOT].map((at) => view.getBigUint64(at, true)),
    lastPage: Number(view.getBigUint64(LAST_PAGE, true)),
    transaction: view.getBigUint64(TRANSACTION, true),
  };
}
