import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { Sequence } from './test/sequence.ts';

const here = (path: string): string => {
  const file = fileURLToPath(new URL(path, import.meta.url));
  if (!existsSync(file))
    throw new Error(`${path} is not there: build first, or mend the path in vitest.config.ts`);
  return file;
};

const HANGS = 15 * 60_000;

/** It puts other modules in the place of ours, for all that comes after it. */
const APART = ['test/crypto/elsewhere.test.ts'];

export default defineConfig({
  resolve: {
    alias: {
      '#cbor-x': here('./src/cbor/node-cbor-x.ts'),
      '#platform': here('./src/crypto/platform/node.ts'),
      '#native-engine': here('./src/crypto/engines/native-node.ts'),
      '#ml-dsa': here('./src/crypto/platform/node-ml-dsa.ts'),
      // As built: a worker thread is a file that Node has to run.
      '#fleet-threads': here('./dist/load/threads/node.js'),
    },
  },
  test: {
    // A file leaves globals as it found them, so that the next one can use what is loaded: imports took half the time.
    isolate: false,
    globalSetup: here('./test/temporary.ts'),
    sequence: { sequencer: Sequence },
    setupFiles: here('./test/chance.ts'),
    // Each project compiles the sources anew, so there are no more than these two.
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...APART],
        },
      },
      { extends: true, test: { name: 'apart', include: APART, isolate: true } },
    ],
    // No test is judged by how long it took, on machines that may be busy: these end what hangs.
    testTimeout: HANGS,
    hookTimeout: HANGS,
    expect: { poll: { timeout: HANGS } },
    // Browsers and child processes work beside the tests: more workers than cores gain nothing.
    maxWorkers: '100%',
  },
});
