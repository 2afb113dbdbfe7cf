/** The nodes of a page of LMDB's: where they lie, how long they are, how their keys are ordered. */
import { BIG_DATA, HEADER, NODE, number64, OVERFLOW_NODE, viewOf } from './pages.ts';

/** What a page's header says of its nodes. */
export interface NodesHead {
  readonly count: number;
  /** Where the first of them begins, counted from the end of the header. */
  readonly upper: number;
  readonly isLeaf: boolean;
}

/** Where a page's nodes begin, in the order of their keys; or what is wrong: they lie side by side, to the end of the page. */
export function nodesOf(
  bytes: Uint8Array,
  view: DataView,
  { count, upper, isLeaf }: NodesHead,
): Uint16Array | string {
  const nodes = new Uint16Array(count);
  const sizes = new Uint16Array(bytes.length >> 1);
  let room = bytes.length - HEADER - upper;
  for (let index = 0; index < count; index++) {
    const node = view.getUint16(HEADER + 2 * index, true) + HEADER;
    if (node % 2 !== 0 || node < upper + HEADER || node + NODE > bytes.length) {
      return `its node ${index + 1} is out of place`;
    }
    const size = sizeOf(view, node, isLeaf);
    if (size === undefined || node + size > bytes.length) {
      return `its node ${index + 1} is longer than the page, or of no kind known here`;
    }
    if (sizes[node >> 1] !== 0) return 'two of its nodes are at the same place';
    sizes[node >> 1] = size;
    nodes[index] = node;
    room -= size;
  }
  // From the first on, each has to end where another begins.
  let end = upper + HEADER;
  for (let index = 0; index < count && end < bytes.length; index++) end += sizes[end >> 1] as number;
  return room === 0 && end === bytes.length ? nodes : 'its nodes are not side by side';
}

function sizeOf(view: DataView, node: number, isLeaf: boolean): number | undefined {
  const key = view.getUint16(node + 6, true);
  if (!isLeaf) return even(NODE + key);
  const flags = view.getUint16(node + 4, true);
  if (flags === BIG_DATA) return even(NODE + key + OVERFLOW_NODE);
  return flags === 0 ? even(NODE + key + view.getUint32(node, true)) : undefined;
}

const even = (size: number): number => size + (size % 2);

/** The page that a node of a branch leads to: 48 bits, the flags the highest. */
export function childAt(view: DataView, node: number): number {
  return view.getUint32(node, true) + view.getUint16(node + 4, true) * 0x1_0000_0000;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Keys of the free list, 8 bytes each. */
export function compareIntegers(a: Uint8Array, b: Uint8Array): number {
  return number64(viewOf(a), 0) - number64(viewOf(b), 0);
}
