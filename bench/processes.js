// What only a whole process shows: how long an import takes, and how much memory stays.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** @param {string} code @param {string[]} [flags] */
function run(code, flags = []) {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, '--input-type=module', '-e', code],
    {
      cwd: here,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return { milliseconds: performance.now() - start, output: stdout };
}

/**
 * Milliseconds that importing a module adds to a start of Node.
 *
 * @param {string} specifier
 * @param {number} rounds
 * @param {string} [over] a module that is imported anyway; without it, to an empty start
 */
export function importCost(specifier, rounds, over) {
  const costs = [];
  for (let round = 0; round < rounds; round++) {
    const before = over === undefined ? '' : `import ${JSON.stringify(over)};`;
    const empty = run(before);
    costs.push(run(`${before} import ${JSON.stringify(specifier)}`).milliseconds - empty.milliseconds);
  }
  return median(costs);
}

/** Bytes of resident memory per stored credential. @param {number} count */
export function bytesPerCredential(count) {
  const { output } = run(
    `import { fill } from './fill.js';
     import { Authenticator } from 'stuntkey';
     const authenticator = new Authenticator();
     await fill(authenticator, 1000);
     gc(); gc();
     const before = process.memoryUsage().rss;
     await fill(authenticator, ${count});
     gc(); gc();
     console.log((process.memoryUsage().rss - before) / ${count});`,
    ['--expose-gc'],
  );
  return Number(output);
}
