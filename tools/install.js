// Folders with a package.json and a lock file of their own: what only some commands and slow tests need, so that the project's own
// lock file is small. What needs one installs it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LOCK = 'package-lock.json';
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Sees to it that a folder's packages are there, as its lock file has them. They are installed unless STUNTKEY_NO_INSTALL is set.
 *
 * @param {string} folder from the project's folder on, as `test/judges/jest`
 * @returns {string | undefined} why they are not, or undefined if they are
 */
export function whyNotInstalled(folder) {
  const own = `${root}${folder}/`;
  // A copy of the lock file, written at the end, says that all of it is there.
  const done = `${own}node_modules/.${LOCK}.installed`;
  const there = () => existsSync(done) && readFileSync(done).equals(readFileSync(`${own}${LOCK}`));
  if (there()) return undefined;
  if (process.env.STUNTKEY_NO_INSTALL !== undefined)
    return `needs npm ci in ${folder}; STUNTKEY_NO_INSTALL is set`;
  return oneAtATime(`${own}.installing`, () => {
    if (there()) return undefined;
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    const { status, stderr } = spawnSync('npm', args, { cwd: own, encoding: 'utf8' });
    if (status !== 0) return `npm ci in ${folder} ended with ${status}: ${stderr.slice(-300)}`;
    copyFileSync(`${own}${LOCK}`, done);
    return undefined;
  });
}

/**
 * Runs a work while no other process does: test files run beside each other.
 *
 * @template T
 * @param {string} lock
 * @param {() => T} work
 * @returns {T}
 */
function oneAtATime(lock, work) {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      const [holder] = existsSync(lock) ? readdirSync(lock) : [];
      if (holder !== undefined && !lives(Number(holder))) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    mkdirSync(`${lock}/${process.pid}`);
    return work();
  } finally {
    rmSync(lock, { recursive: true });
  }
}

/** @param {number} pid */
function lives(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * The path of a file in what a folder installed.
 *
 * @param {string} folder
 * @param {string} path under its node_modules
 */
export const installedFile = (folder, path) => `${root}${folder}/node_modules/${path}`;

/**
 * A module of what a folder installed, in CommonJS.
 *
 * @param {string} folder
 * @param {string} name
 * @returns {unknown}
 */
export const requireInstalled = (folder, name) => createRequire(`${root}${folder}/package.json`)(name);

/**
 * A module of what a folder installed.
 *
 * @param {string} folder
 * @param {string} path its file under node_modules
 * @returns {Promise<Record<string, unknown>>}
 */
export const importInstalled = (folder, path) =>
  import(/* @vite-ignore */ pathToFileURL(installedFile(folder, path)).href);
