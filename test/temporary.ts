/** What the tests and the browsers they start write is in one folder, which goes when they have ended. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // (Each project of the configuration sets up: the first has made the folder.)
  if (process.env.STUNTKEY_TESTS !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'stuntkey-tests-'));
  process.env.STUNTKEY_TESTS = process.env.TMPDIR = folder;
  // A browser that was told to end may be writing still.
  return () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
