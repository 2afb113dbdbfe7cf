// The durable store: what a transaction on disk costs, an opening, and the first page of very many credentials.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from 'stuntkey/store';
import { median } from './measure.js';
import { fillStore } from './scale.js';

const PAGE = 100;

/** @param {() => unknown} work */
async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * @param {{ rounds: number, milliseconds: number }} effort
 * @param {number} count credentials in the large store
 * @returns {Promise<[name: string, value: number, unit: string, what: string][]>}
 */
export async function durable(effort, count) {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-bench-'));
  try {
    const path = join(folder, 'key');
    const store = await openStore({ path });
    fillStore(store, count);
    const { records } = store.page({ limit: PAGE });
    const id = /** @type {Uint8Array} */ (records[0]?.id);
    const bumps = [];
    for (let round = 0; round < effort.rounds; round++) {
      const start = performance.now();
      let done = 0;
      for (; performance.now() - start < effort.milliseconds; done++) {
        store.transaction((transaction) => transaction.updateSignCount(id, (signCount) => signCount + 1));
      }
      bumps.push(done / ((performance.now() - start) / 1000));
    }
    await store.close();

    /** @type {[openings: number[], pages: number[], grown: number[]]} */
    const [openings, pages, grown] = [[], [], []];
    for (let round = 0; round < effort.rounds; round++) {
      /** @type {import('stuntkey/store').LmdbStore | undefined} */
      let again;
      openings.push(
        await milliseconds(async () => {
          again = await openStore({ path });
        }),
      );
      const before = process.memoryUsage().heapUsed;
      pages.push(await milliseconds(() => again?.page({ limit: PAGE })));
      grown.push((process.memoryUsage().heapUsed - before) / 2 ** 20);
      await again?.close();
    }
    return [
      ['store counter', median(bumps), '/s', 'a counter counted up in a durable store, on disk each time'],
      ['store open', median(openings), 'ms', `opening a store of ${count} credentials`],
      ['store first page', median(pages), 'ms', `listing ${PAGE} of ${count} credentials`],
      ['store page heap', Math.max(...grown), 'MB', 'what the heap grew by for that page, at most'],
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
