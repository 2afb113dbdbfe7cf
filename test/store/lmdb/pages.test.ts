import { describe, expect, it } from 'vitest';
import type { LmdbStore, PageOptions } from '../../../src/entries/store.ts';
import { bytes, record } from '../contract.ts';
import { newPath, opens } from './folders.ts';

/** Ten credentials of two RPs; every third is not discoverable. */
async function ten(): Promise<LmdbStore> {
  const store = await opens({ path: newPath() });
  store.transaction((transaction) => {
    for (let id = 1; id <= 10; id++) {
      transaction.put(record(id, { rpIdHash: bytes(id % 2), discoverable: id % 3 !== 0 }));
    }
  });
  return store;
}

/** The first bytes of the IDs, page by page. */
function pages(store: LmdbStore, options: PageOptions): (number | undefined)[][] {
  const all: (number | undefined)[][] = [];
  let after: Uint8Array | undefined;
  do {
    const { records, next } = store.page({ ...options, ...(after && { after }) });
    all.push(records.map(({ id }) => id[0]));
    after = next;
  } while (after !== undefined);
  return all;
}

describe('a page of a store', () => {
  it('has so many at most, in the order they were made in, and the last says that it is the last', async () => {
    const store = await ten();
    expect(pages(store, { limit: 4 })).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(pages(store, { limit: 5 })).toEqual([
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ]);
    expect(pages(store, { limit: 1000 })).toHaveLength(1);
    expect(store.count()).toBe(10);
  });

  it('of an RP has its credentials only, the discoverable ones first', async () => {
    const store = await ten();
    expect(pages(store, { limit: 2, rpIdHash: bytes(1) })).toEqual([[1, 5], [7, 3], [9]]);
    expect(pages(store, { limit: 9, rpIdHash: bytes(0) })).toEqual([[2, 4, 8, 10, 6]]);
    expect(pages(store, { limit: 9, rpIdHash: bytes(7) })).toEqual([[]]);
  });

  it('goes on where it was, whatever is deleted and made meanwhile', async () => {
    const store = await ten();
    const { next } = store.page({ limit: 4 });
    store.transaction((transaction) => {
      for (const id of [3, 4, 5]) transaction.delete(bytes(id));
      transaction.put(record(11));
    });
    const { records } = store.page({ limit: 9, after: next as Uint8Array });
    expect(records.map(({ id }) => id[0])).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('of no length is refused', async () => {
    const store = await ten();
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      expect(() => store.page({ limit })).toThrow(expect.objectContaining({ code: 'bad-options' }));
    }
  });
});
