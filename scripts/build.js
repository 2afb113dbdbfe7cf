// Builds `dist`, unless it is there and made of the very sources that are here: every script of the package builds first.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}dist/.built`;

/** In this order. `tsc` writes the modules one by one into `build`, for scripts and tests, with all declarations. */
const STEPS = [
  'node_modules/typescript/bin/tsc',
  'scripts/types.js',
  'scripts/bundle.js',
  'scripts/page.js',
  'scripts/inspector.js',
  'scripts/bare.js',
];

/** A hash over all that a build depends on. */
function sources() {
  const hash = createHash('sha256').update(process.version);
  const files = ['src', 'scripts'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`),
  );
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json']) files.push(root + name);
  for (const file of files.sort())
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** What the last build that came to its end was made of. */
function built() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

const now = sources();
if (built() !== now) {
  for (const folder of ['build', 'dist']) rmSync(root + folder, { recursive: true, force: true });
  for (const step of STEPS) {
    const { status } = spawnSync(process.execPath, [step], { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(stamp, now);
}
