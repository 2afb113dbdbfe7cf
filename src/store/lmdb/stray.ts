/**
 * Entries on pages that nothing leads to any more, because what led to them is hurt. Such a page may as well be one of before that
 * was given up: what it holds may have been changed or deleted since. Of each entry the newest is taken.
 */
import { closeSync, openSync } from 'node:fs';
import { isWhole } from './entry.ts';
import { BIG_DATA, HEADER, NODE, number64, PageFile, PageKind, viewOf } from './pages.ts';
import { AT_ONCE, Use, type Walk } from './walk.ts';

export interface StrayEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What is whole among the entries of pages that were not seen by a walk. */
export function strayEntries(file: string, { uses, meta }: Walk): StrayEntry[] {
  const descriptor = openSync(file, 'r');
  try {
    const pages = new PageFile(descriptor, AT_ONCE);
    const pageSize = meta?.pageSize ?? 4096;
    const newest = new Map<string, StrayEntry & { readonly transaction: number }>();
    for (let page = 2; page < uses.length; page++) {
      if (uses[page] !== Use.unseen && uses[page] !== Use.broken) continue;
      const bytes = pages.bytes(page * pageSize, pageSize);
      if (bytes.length < pageSize) continue;
      const transaction = number64(viewOf(bytes), 8);
      for (const entry of leafEntries(pages, pageSize, bytes)) {
        const name = Buffer.from(entry.key).toString('latin1');
        if ((newest.get(name)?.transaction ?? -1) < transaction) newest.set(name, { ...entry, transaction });
      }
    }
    return [...newest.values()];
  } finally {
    closeSync(descriptor);
  }
}

function* leafEntries(pages: PageFile, pageSize: number, bytes: Uint8Array): Generator<StrayEntry> {
  const view = viewOf(bytes);
  if (view.getUint16(18, true) !== PageKind.leaf) return;
  const count = Math.min(view.getUint16(20, true) >> 1, (pageSize - HEADER) >> 1);
  for (let index = 0; index < count; index++) {
    const node = view.getUint16(HEADER + 2 * index, true) + HEADER;
    if (node + NODE > pageSize) continue;
    const length = view.getUint32(node, true);
    const at = node + NODE + view.getUint16(node + 6, true);
    const key = new Uint8Array(bytes.subarray(node + NODE, at));
    if (at + 8 > pageSize && length > 0) continue;
    const elsewhere = view.getUint16(node + 4, true) === BIG_DATA;
    const value = elsewhere
      ? pages.bytes(number64(view, at) * pageSize + HEADER, length)
      : bytes.subarray(at, at + length);
    // The format has its check inside, which is checked when it is read.
    if (isWhole(key, value) || (key.length === 1 && key[0] === 0x46))
      yield { key, value: new Uint8Array(value) };
  }
}
