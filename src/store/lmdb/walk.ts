/**
 * Walks LMDB's file from its meta pages to every page that they lead to, without LMDB: it maps the file into memory and trusts
 * it, so that one flipped bit can end the process, or give another value. What passes here, LMDB reads and writes as it
 * was written; the content of the entries is checked by the functions that get them.
 */
import { childAt, compareBytes, compareIntegers, nodesOf } from './nodes.ts';
import {
  BIG_DATA,
  HEADER,
  type Meta,
  NO_PAGE,
  NODE,
  number64,
  PageFile,
  PageKind,
  readMetas,
  type TreeHead,
  viewOf,
} from './pages.ts';

/** The largest file that is read whole, in bytes. */
export const AT_ONCE: number = 1 << 24;
/** More is not told; it is counted. */
const MOST_PROBLEMS = 100;

/** Something of the structure that is not as LMDB writes it. */
export interface Problem {
  /** Absent where it is about no one page. */
  readonly page?: number;
  readonly what: string;
}

/** An entry of the main tree; its bytes are good until the next one comes. */
export type EntryVisitor = (key: Uint8Array, value: Uint8Array, page: number) => void;

/** What a walk came to. */
export interface Walk {
  readonly size: number;
  /** The meta page that counts; undefined where the file is empty, or has none. */
  readonly meta: Meta | undefined;
  /** The first of what is wrong. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** What each page of the file was seen as, by its number. */
  readonly uses: Uint8Array;
}

/** What a page of the file was seen as. */
export const Use = { unseen: 0, meta: 1, tree: 2, overflow: 3, free: 4, broken: 5 } as const;

/** What a file says of itself, without a look at its pages. */
export function glance(descriptor: number): { readonly size: number; readonly meta: Meta | undefined } {
  const file = new PageFile(descriptor, 0);
  return { size: file.size, meta: readMetas(file)?.[0] };
}

/** Walks the file behind a descriptor. Whatever is in it, it throws nothing of its own. */
export function walk(descriptor: number, visit: EntryVisitor = () => {}): Walk {
  const file = new PageFile(descriptor, AT_ONCE);
  const metas = readMetas(file);
  const walker = new Walker(file, metas?.[0]);
  if (file.size > 0 && metas === undefined) walker.blame('there are no meta pages: it is no file of LMDB');
  if (metas !== undefined) walker.run(metas, visit);
  const { problems, problemCount, uses } = walker;
  return { size: file.size, meta: metas?.[0], problems, problemCount, uses };
}

type Bounds = readonly [least: Uint8Array | undefined, below: Uint8Array | undefined];

/** What was counted of a tree. */
interface Counted {
  branches: number;
  leaves: number;
  overflow: number;
  entries: number;
}

interface Kind {
  readonly name: string;
  readonly compare: (a: Uint8Array, b: Uint8Array) => number;
  readonly isKey: (key: Uint8Array) => boolean;
  readonly visit: EntryVisitor;
}

class Walker {
  readonly #file: PageFile;
  readonly #pageSize: number;
  readonly #lastPage: number;
  readonly #transaction: number;
  readonly problems: Problem[] = [];
  problemCount = 0;
  readonly uses: Uint8Array;
  readonly #free: [first: number, count: number][] = [];

  constructor(file: PageFile, meta: Meta | undefined) {
    this.#file = file;
    this.#pageSize = meta?.pageSize ?? 4096;
    this.#lastPage = meta?.lastPage ?? 0;
    this.#transaction = meta?.transaction ?? 0;
    this.uses = new Uint8Array(Math.floor(file.size / this.#pageSize));
    this.uses.fill(Use.meta, 0, 2);
  }

  blame(what: string, page?: number): void {
    this.problemCount++;
    if (this.problems.length < MOST_PROBLEMS)
      this.problems.push({ what, ...(page !== undefined && { page }) });
  }

  run([newer, older]: readonly [Meta, Meta], visit: EntryVisitor): void {
    for (const { place, wrong } of [newer, older]) {
      for (const what of wrong) this.blame(`${what} is not right`, place);
    }
    if (newer.transaction - older.transaction !== 1 && newer.transaction !== 0) {
      this.blame(
        `the meta pages are of transactions ${newer.transaction} and ${older.transaction}, not one after the other`,
      );
    }
    if (newer.pageSize !== older.pageSize) this.blame('the meta pages differ in the size of pages');
    // A transaction writes the root of one tree at least: a meta page that says another number than its roots was changed.
    for (const meta of [newer, older]) {
      const roots = [meta.free.root, meta.main.root].filter((root) => root !== NO_PAGE);
      const newest = Math.max(0, ...roots.map((root) => this.#transactionOf(root)));
      if (newest !== meta.transaction)
        this.blame(`it is of transaction ${meta.transaction}, its roots of ${newest}`, meta.place);
    }
    this.#tree(newer.free, {
      name: 'the free list',
      compare: compareIntegers,
      isKey: (key) => key.length === 8,
      visit: (key, value, page) => this.#freed(key, value, page),
    });
    this.#tree(newer.main, {
      name: 'the tree',
      compare: compareBytes,
      isKey: (key) => key.length > 0 && key.length < this.#pageSize / 2,
      visit,
    });
    this.#checkFree();
  }

  #transactionOf(page: number): number {
    const header = this.#file.bytes(page * this.#pageSize, HEADER);
    return header.length < HEADER ? 0 : number64(viewOf(header), 8);
  }

  #tree(head: TreeHead, kind: Kind): void {
    const counted: Counted = { branches: 0, leaves: 0, overflow: 0, entries: 0 };
    if (head.root !== NO_PAGE)
      this.#page(head.root, head.depth, this.#transaction, [undefined, undefined], kind, counted);
    for (const name of ['branches', 'leaves', 'overflow', 'entries'] as const) {
      if (counted[name] !== head[name])
        this.blame(`${kind.name}: expected ${head[name]} ${name}, found ${counted[name]}`);
    }
    if ((head.root === NO_PAGE) !== (head.depth === 0)) this.blame(`${kind.name}: its depth is not right`);
  }

  /** A page's bytes and view, if such a page can be here. */
  #take(number: number, use: number, count = 1): Uint8Array | undefined {
    if (number < 2 || number + count - 1 > this.#lastPage) {
      this.blame('it is referenced, and cannot exist', number);
      return undefined;
    }
    if (number + count > this.uses.length) {
      this.blame(`it is after the end of the file, which was cut off at ${this.#file.size} bytes`, number);
      return undefined;
    }
    for (let page = number; page < number + count; page++) {
      if (this.uses[page] !== Use.unseen) {
        this.blame('it is referenced twice', page);
        return undefined;
      }
    }
    this.uses.fill(use, number, number + count);
    return this.#file.bytes(number * this.#pageSize, count * this.#pageSize);
  }

  /** A page that is not as it has to be: what it leads to is not seen. */
  #broken(what: string, number: number): void {
    this.blame(what, number);
    this.uses[number] = Use.broken;
  }

  #page(
    number: number,
    depth: number,
    newest: number,
    [least, below]: Bounds,
    kind: Kind,
    counted: Counted,
  ): void {
    const bytes = this.#take(number, Use.tree);
    if (bytes === undefined) return;
    const view = viewOf(bytes);
    const transaction = number64(view, 8);
    const isLeaf = depth === 1;
    const [lower, upper] = [view.getUint16(20, true), view.getUint16(22, true)];
    const room = this.#pageSize - HEADER;
    const count = lower >> 1;
    if (
      number64(view, 0) !== number ||
      transaction > newest ||
      view.getUint16(16, true) !== 0 ||
      view.getUint16(18, true) !== (isLeaf ? PageKind.leaf : PageKind.branch) ||
      lower % 2 !== 0 ||
      lower > upper ||
      upper > room ||
      count < (isLeaf ? 1 : 2)
    ) {
      this.#broken(`its header is not that of a ${isLeaf ? 'leaf' : 'branch'} here`, number);
      return;
    }
    if (isLeaf) counted.leaves++;
    else counted.branches++;
    const nodes = nodesOf(bytes, view, { count, upper, isLeaf });
    if (typeof nodes === 'string') {
      this.#broken(nodes, number);
      return;
    }
    let before = least;
    for (const [index, node] of nodes.entries()) {
      // (A branch's first key is not looked at by LMDB, and may be empty.)
      const key = bytes.subarray(node + NODE, node + NODE + view.getUint16(node + 6, true));
      const nameless = !isLeaf && index === 0;
      if (!nameless) {
        const follows = before === undefined || kind.compare(before, key) < (isLeaf && index > 0 ? 0 : 1);
        const strictly = index < 2 || before === undefined || kind.compare(before, key) < 0;
        if (
          !kind.isKey(key) ||
          !follows ||
          !strictly ||
          (below !== undefined && kind.compare(key, below) >= 0)
        ) {
          this.#broken(`its key ${index + 1} is out of order`, number);
          return;
        }
        before = key;
      }
      if (isLeaf) {
        const value = this.#value(number, bytes, view, node, key.length, counted);
        if (value === undefined) continue;
        counted.entries++;
        kind.visit(key, value, number);
        continue;
      }
      const next = nodes[index + 1];
      const end =
        next === undefined
          ? below
          : bytes.subarray(next + NODE, next + NODE + view.getUint16(next + 6, true));
      this.#page(childAt(view, node), depth - 1, transaction, [nameless ? least : key, end], kind, counted);
    }
  }

  #value(
    number: number,
    bytes: Uint8Array,
    view: DataView,
    node: number,
    keyLength: number,
    counted: Counted,
  ): Uint8Array | undefined {
    const at = node + NODE + keyLength;
    const length = view.getUint32(node, true);
    if ((view.getUint16(node + 4, true) & BIG_DATA) === 0) return bytes.subarray(at, at + length);
    const [page, transaction, pages] = [number64(view, at), number64(view, at + 8), number64(view, at + 16)];
    if (
      transaction > this.#transaction ||
      pages > this.uses.length ||
      pages * this.#pageSize < HEADER + length
    ) {
      this.blame('a value on pages of its own is not described as it can be', number);
      return undefined;
    }
    const taken = this.#take(page, Use.overflow, pages);
    if (taken === undefined) return undefined;
    const head = viewOf(taken);
    counted.overflow += pages;
    if (
      number64(head, 0) !== page ||
      number64(head, 8) > this.#transaction ||
      head.getUint16(16, true) !== 0 ||
      head.getUint16(18, true) !== PageKind.overflow ||
      head.getUint32(20, true) !== pages
    ) {
      this.blame('its header is not that of a long value', page);
      return undefined;
    }
    return taken.subarray(HEADER, HEADER + length);
  }

  /** An entry of the free list: a count, then page numbers; a negative number is the length of the run at the page behind it. */
  #freed(key: Uint8Array, value: Uint8Array, page: number): void {
    const view = viewOf(value);
    const count = value.length < 8 || value.length % 8 !== 0 ? NO_PAGE : number64(view, 0);
    if (
      number64(viewOf(key), 0) > this.#transaction ||
      number64(viewOf(key), 0) === 0 ||
      8 * (count + 1) > value.length
    ) {
      this.blame('an entry of the free list is not as it can be', page);
      return;
    }
    for (let index = 1; index <= count; index++) {
      const entry = view.getBigInt64(8 * index, true);
      if (entry === 0n) continue;
      let run = 1n;
      let first = entry;
      if (entry < 0n) {
        index++;
        run = -entry;
        first = index > count ? 0n : view.getBigInt64(8 * index, true);
      }
      if (first < 2n || first + run - 1n > BigInt(Math.min(this.#lastPage, Number.MAX_SAFE_INTEGER))) {
        this.blame(`the free list names page ${first}, and ${run} from there on, which cannot be`, page);
        return;
      }
      this.#free.push([Number(first), Number(run)]);
    }
  }

  /** No page is free twice, or free and used. */
  #checkFree(): void {
    this.#free.sort(([a], [b]) => a - b);
    let end = 2;
    for (const [first, run] of this.#free) {
      if (first < end) {
        this.blame('it is free twice', first);
        return;
      }
      end = first + run;
      for (let page = first; page < Math.min(end, this.uses.length); page++) {
        if (this.uses[page] === Use.unseen) this.uses[page] = Use.free;
        else {
          this.blame('it is free, and referenced', page);
          return;
        }
      }
    }
  }
}
