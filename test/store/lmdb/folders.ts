/** Folders for stores, gone after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LmdbStore, openStore, type StoreOptions } from '../../../src/entries/store.ts';

/** What is to be done when the stores that the test opens from now on are closed, and before the folders go. */
export function beforeItGoes(work: () => unknown): void {
  onTestFinished(() => void work());
}

/** A path at which there is nothing yet, in a folder that is there; it goes with the test. */
export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'key');
}

/** Opens a store that the test need not close: what was opened last is closed first. */
export async function opens(options: StoreOptions): Promise<LmdbStore> {
  const store = await openStore(options);
  onTestFinished(() => store.close());
  return store;
}
