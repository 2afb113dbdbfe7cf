import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/entries/store.ts';
import { Use, walk } from '../../../src/store/lmdb/walk.ts';
import { bytes, contents, record } from '../contract.ts';
import { newPath, opens } from './folders.ts';

/** Cuts off the free pages at the end, as if LMDB had never written them. @returns how many */
function cutFreeEnd(path: string): number {
  const descriptor = openSync(join(path, 'data.mdb'), 'r+');
  try {
    const { uses } = walk(descriptor);
    const used = uses.findLastIndex((use) => use !== Use.free) + 1;
    ftruncateSync(descriptor, used * 4096);
    return uses.length - used;
  } finally {
    closeSync(descriptor);
  }
}

describe('a whole store', () => {
  it('opens, however many free pages LMDB left unwritten at its end', async () => {
    const path = newPath();
    const store = await openStore({ path });
    store.transaction((transaction) => transaction.put(record(1)));
    store.transaction((transaction) => {
      for (let id = 2; id < 200; id++) transaction.put(record(id, { largeBlob: new Uint8Array(20_000) }));
    });
    store.transaction((transaction) => {
      for (let id = 2; id < 200; id++) transaction.delete(bytes(id));
    });
    for (let count = 0; count < 40; count++) {
      store.transaction((transaction) => transaction.updateSignCount(bytes(1), () => count));
    }
    await store.close();
    expect(cutFreeEnd(path)).toBeGreaterThan(16);
    const again = await opens({ path });
    expect(contents(again)).toMatchObject({ count: 1 });
    // And goes on from there.
    again.transaction((transaction) => {
      for (let id = 2; id < 200; id++) transaction.put(record(id, { largeBlob: new Uint8Array(20_000) }));
    });
    await again.close();
    expect((await opens({ path })).count()).toBe(199);
  });
});
