import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => {
  const file = fileURLToPath(new URL(path, import.meta.url));
  if (!existsSync(file))
    throw new Error(`${path} is not there: build first, or mend the path in vitest.config.ts`);
  return file;
};

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
    include: ['test/**/*.test.ts'],
    // With SLOW=1 there is more of everything, on machines that may be busy.
    testTimeout: process.env.SLOW === undefined ? 30_000 : 180_000,
    hookTimeout: 60_000,
    // Browsers and child processes work beside the tests: more workers than cores gain nothing.
    maxWorkers: '100%',
  },
});
