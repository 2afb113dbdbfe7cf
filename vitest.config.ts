import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const here = (path: string): string => {
  const file = fileURLToPath(new URL(path, import.meta.url));
  if (!existsSync(file))
    throw new Error(`${path} is not there: build first, or mend the path in vitest.config.ts`);
  return file;
};

const HANGS = 15 * 60_000;

/** Rooms whose tests change no global and start no process: their files share a realm, so that each module is loaded once. */
const UNIT = [
  'authenticator',
  'authority',
  'cbor',
  'client',
  'ctap',
  'decode',
  'portable',
  'verify',
  'webauthn',
].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  resolve: {
    alias: {
      '#platform': here('./src/crypto/platform/node.ts'),
      '#native-engine': here('./src/crypto/engines/native-node.ts'),
      // As built: a worker thread is a file that Node has to run.
      '#fleet-threads': here('./dist/load/threads/node.js'),
    },
  },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT, pool: 'threads', isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...UNIT],
        },
      },
    ],
    // No test is judged by how long it took, on machines that may be busy: these end what hangs.
    testTimeout: HANGS,
    hookTimeout: HANGS,
    expect: { poll: { timeout: HANGS } },
    // Browsers and child processes work beside the tests: more workers than cores gain nothing.
    maxWorkers: '100%',
  },
});
