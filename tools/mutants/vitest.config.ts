// What judges mutants: tests by subject, without what is slow to begin; the command names them in STUNTKEY_TESTS.
import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

const config = mergeConfig(shared, {
  test: {
    root: fileURLToPath(new URL('../../', import.meta.url)),
    setupFiles: [fileURLToPath(new URL('setup.ts', import.meta.url))],
  },
});
// One project: the tests that are named, whatever the projects of the suite are.
delete config.test.projects;
const subjects = (process.env.STUNTKEY_TESTS ?? '').split(',');
config.test.include = subjects.flatMap((subject) => [
  `test/${subject}.test.ts`,
  `test/${subject}/**/*.test.ts`,
]);
export default config;
