/** Folders for stores, gone after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type LmdbStore, openStore, type StoreOptions } from '../../../src/entries/store.ts';

const folders: string[] = [];
const opened: LmdbStore[] = [];
const undoing: (() => unknown)[] = [];

/** What is to be done when the stores are closed, and before the folders go. */
export function beforeItGoes(work: () => unknown): void {
  undoing.push(work);
}

/** A path at which there is nothing yet, in a folder that is there. */
export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-store-'));
  folders.push(folder);
  return join(folder, 'key');
}

/** Opens a store that the test need not close. */
export async function opens(options: StoreOptions): Promise<LmdbStore> {
  const store = await openStore(options);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  for (const undo of undoing.splice(0)) undo();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
