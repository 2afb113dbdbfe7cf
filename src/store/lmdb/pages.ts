/**
 * How LMDB's data format 2 lies in its file, as far as it has to be known to say whether a file is whole: pages of one size, the
 * first two of them meta pages, little-endian. Layouts are those of `MDB_page`, `MDB_node` and `MDB_meta` in LMDB's mdb.c.
 */
import { fstatSync, readSync } from 'node:fs';

/** Bytes of the header that every page begins with; offsets inside a page count from its end where LMDB's do. */
export const HEADER = 24;
/** Bytes of the header of a node: data size or child (4), flags (2), key size (2). */
export const NODE = 8;
/** The size of what a node has in place of data with pages of its own: page, transaction, number of pages, 8 bytes each. */
export const OVERFLOW_NODE = 24;

/** What a page is, by the flags of its header. */
export const PageKind = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;
/** Flags of a node: its data is on pages of its own. */
export const BIG_DATA = 1;

export const NO_PAGE: number = Number.POSITIVE_INFINITY;
const META_LENGTH = 168;
const MAGIC = 0xbeef_c0de;
const DATA_FORMAT = 2;
/** A map of more than 4 TiB is no map of ours. */
const LARGEST_MAP = 2 ** 42;
/** LMDB's flag for the tree of what is free: its keys are integers. */
const INTEGER_KEYS = 8;

/** One B-tree, as a meta page describes it. */
export interface TreeHead {
  readonly flags: number;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflow: number;
  readonly entries: number;
  /** {@link NO_PAGE} for an empty tree. */
  readonly root: number;
}

export interface Meta {
  /** The number of its page: 0 or 1. */
  readonly place: 0 | 1;
  readonly pageSize: number;
  readonly free: TreeHead;
  readonly main: TreeHead;
  readonly lastPage: number;
  readonly transaction: number;
  /** What cannot be right about it. */
  readonly wrong: readonly string[];
}

/** Reads a file's pages, all at once or one at a time. */
export class PageFile {
  readonly #descriptor: number;
  readonly #whole: Uint8Array | undefined;
  readonly size: number;

  /** @param atOnce the largest file that is read whole, in bytes */
  constructor(descriptor: number, atOnce: number) {
    this.#descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
    if (this.size <= atOnce) this.#whole = this.#read(0, this.size);
  }

  /** Bytes of the file; fewer where it ends. */
  bytes(offset: number, length: number): Uint8Array {
    if (this.#whole !== undefined) return this.#whole.subarray(offset, offset + length);
    return this.#read(offset, Math.max(0, Math.min(length, this.size - offset)));
  }

  #read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const read = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (read === 0) return bytes.subarray(0, done);
      done += read;
    }
    return bytes;
  }
}

/** Both meta pages, the newer first; undefined where there are none. */
export function readMetas(file: PageFile): readonly [newer: Meta, older: Meta] | undefined {
  const first = metaAt(file, 0, 0);
  const second = first && metaAt(file, 1, first.pageSize);
  if (first === undefined || second === undefined) return undefined;
  return second.transaction > first.transaction ? [second, first] : [first, second];
}

function metaAt(file: PageFile, place: 0 | 1, offset: number): Meta | undefined {
  const bytes = file.bytes(offset, META_LENGTH);
  if (bytes.length < META_LENGTH) return undefined;
  const view = viewOf(bytes);
  const pageSize = view.getUint32(HEADER + 24, true);
  if (view.getUint32(HEADER, true) !== MAGIC || !isPageSize(pageSize)) return undefined;
  const free = { ...treeAt(view, HEADER + 24), flags: view.getUint16(HEADER + 28, true) };
  const main = treeAt(view, HEADER + 72);
  const lastPage = number64(view, HEADER + 120);
  const transaction = number64(view, HEADER + 128);
  const mapSize = number64(view, HEADER + 16);
  const checks: readonly (readonly [boolean, string])[] = [
    [number64(view, 0) === place, 'its number'],
    [view.getUint16(18, true) === PageKind.meta, 'its kind'],
    [view.getUint32(HEADER + 4, true) === DATA_FORMAT, 'its data format'],
    [number64(view, HEADER + 8) === 0, 'an address to be mapped at'],
    [mapSize % pageSize === 0 && mapSize <= LARGEST_MAP, 'the size of its map'],
    [(lastPage + 1) * pageSize <= mapSize, 'its last page'],
    [free.flags === INTEGER_KEYS && main.flags === 0, 'the flags of its trees'],
    // A transaction writes the meta page of its own parity; a file never written to has 0 in both.
    [transaction === 0 || transaction % 2 === place, 'its transaction'],
  ];
  const wrong = checks.flatMap(([holds, what]) => (holds ? [] : [what]));
  return { place, pageSize, free, main, lastPage, transaction, wrong };
}

const isPageSize = (size: number): boolean => size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;

function treeAt(view: DataView, at: number): TreeHead {
  return {
    flags: view.getUint16(at + 4, true),
    depth: view.getUint16(at + 6, true),
    branches: number64(view, at + 8),
    leaves: number64(view, at + 16),
    overflow: number64(view, at + 24),
    entries: number64(view, at + 32),
    root: number64(view, at + 40),
  };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** An unsigned number of 8 bytes; what no file can be as long as becomes {@link NO_PAGE}. */
export function number64(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high >= 0x20_0000 ? NO_PAGE : high * 0x1_0000_0000 + view.getUint32(at, true);
}
