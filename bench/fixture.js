// A test file of vitest that asks for the fixture, beside one that asks for nothing: vitest starts a process for each file, which imports
// anew.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const FILES = 5;
const KINDS = /** @type {const} */ ({
  empty: "import { test } from 'vitest';\ntest('nothing', () => {});\n",
  fixture: "import { test } from 'stuntkey/vitest';\ntest('a device', ({ stuntkey }) => stuntkey.client);\n",
});

/** A project that has stuntkey installed: in a folder of packages, as vitest leaves such a one to Node. @param {string} folder */
function install(folder) {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'stuntkey'), { recursive: true });
  for (const name of ['dist', 'package.json'])
    cpSync(join(root, name), join(modules, 'stuntkey', name), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), 'vitest']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const [kind, text] of Object.entries(KINDS)) {
    mkdirSync(join(folder, kind));
    writeFileSync(join(folder, kind, 'package.json'), '{"type":"module"}');
    for (let i = 0; i < FILES; i++) writeFileSync(join(folder, kind, `${i}.test.js`), text);
  }
}

/**
 * Milliseconds that a file with the fixture takes longer than an empty one; the median of interleaved rounds.
 *
 * @param {number} rounds
 */
export function fixtureCost(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-bench-'));
  try {
    install(folder);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    /** @param {keyof typeof KINDS} kind */
    const timed = (kind) => {
      const args = [vitest, 'run', '--maxWorkers=1', '--root', join(folder, kind)];
      const start = performance.now();
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${stdout}${stderr}`);
      return performance.now() - start;
    };
    timed('empty');
    timed('fixture');
    const costs = Array.from({ length: rounds }, () => (-timed('empty') + timed('fixture')) / FILES);
    return median(costs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
