// `npm run check:unused` and `npm run check:package`: programs of others that only these need.
//
//   node tools/check/run.js unused     finds unused files, exports and dependencies
//   node tools/check/run.js package    judges the package as it would be published
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedFile, whyNotInstalled } from '../install.js';

const FOLDER = 'tools/check';
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a program of this folder's on the project. @param {string} path @param {readonly string[]} args @returns whether it ended well */
const passes = (path, ...args) =>
  spawnSync(process.execPath, [installedFile(FOLDER, path), ...args], { cwd: root, stdio: 'inherit' })
    .status === 0;

/** @type {Record<string, () => boolean>} */
const CHECKS = {
  unused: () => passes('knip/bin/knip.js'),
  package() {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-package-'));
    try {
      // As built: the scripts of the package would build it anew.
      const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
      const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
      const tarball = join(folder, filename);
      const linted = passes('publint/src/cli.js', '--strict', tarball);
      return passes('@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'esm-only') && linted;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const [name = ''] = process.argv.slice(2);
const check = CHECKS[name];
if (check === undefined) {
  console.error(`check: ${name} is none; there are ${Object.keys(CHECKS).join(', ')}`);
  process.exit(2);
}
const missing = whyNotInstalled(FOLDER);
if (missing !== undefined) {
  console.error(`check: ${missing}`);
  process.exit(1);
}
process.exitCode = check() ? 0 : 1;
