// One worker that keeps what it has loaded, and runs the tests that it is told to (resident.ts).
import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const config = mergeConfig(shared, {
  test: {
    root: here('../../'),
    setupFiles: [here('setup.ts')],
    runner: here('resident.ts'),
    pool: 'threads',
    isolate: false,
  },
});
// One project, whatever the projects of the suite are.
delete config.test.projects;
config.test.include = ['tools/mutants/waits.test.ts'];
config.test.maxWorkers = 1;
export default config;
