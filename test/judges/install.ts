/**
 * Programs and libraries of others that only slow tests need: each has a folder here, with a lock file of its own, so that the
 * project's own is small. The test that needs one installs it.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LOCK = 'package-lock.json';

const folderOf = (name: string): string => fileURLToPath(new URL(`./${name}/`, import.meta.url));

/**
 * Sees to it that a folder's packages are there, as its lock file has them.
 *
 * @returns why they are not, or undefined if they are
 */
export function whyNoJudge(name: string): string | undefined {
  const folder = folderOf(name);
  // A copy of the lock file, written at the end, says that all of it is there.
  const done = `${folder}node_modules/.${LOCK}.installed`;
  const there = (): boolean =>
    existsSync(done) && readFileSync(done).equals(readFileSync(`${folder}${LOCK}`));
  if (there()) return undefined;
  if (process.env.STUNTKEY_NO_INSTALL !== undefined)
    return `needs npm ci in test/judges/${name}; STUNTKEY_NO_INSTALL is set`;
  return oneAtATime(`${folder}.installing`, () => {
    if (there()) return undefined;
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) return `npm ci in test/judges/${name} ended with ${status}: ${stderr.slice(-300)}`;
    copyFileSync(`${folder}${LOCK}`, done);
    return undefined;
  });
}

/** Runs a work while no other process does: test files run beside each other. */
function oneAtATime<T>(lock: string, work: () => T): T {
  const pid = `${lock}/${process.pid}`;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [holder] = existsSync(lock) ? readdirSync(lock) : [];
      if (holder !== undefined && !lives(Number(holder))) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    mkdirSync(pid);
    return work();
  } finally {
    rmSync(lock, { recursive: true });
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The path of a file in what a judge installed. */
export const judgesFile = (name: string, path: string): string => `${folderOf(name)}node_modules/${path}`;

/** A module of a judge, in CommonJS. */
export const requireFrom = (name: string, module: string): unknown =>
  createRequire(`${folderOf(name)}package.json`)(module);

/** A module of a judge. @param path its file under node_modules */
export const importFrom = (name: string, path: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ pathToFileURL(judgesFile(name, path)).href);
