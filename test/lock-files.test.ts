// The project's own lock file is small, and every other folder with packages has one, too.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));
const folders = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*package.json'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n')
  .map((path) => dirname(path))
  // (Others only say what kind of modules a folder has.)
  .filter((folder) => read(`${folder}/package.json`).dependencies !== undefined);

const packagesOf = (folder: string): Record<string, { dependencies?: Record<string, string> }> =>
  read(`${folder}/package-lock.json`).packages;
const named = (folder: string): string[] =>
  Object.keys(packagesOf(folder)).filter((path) => path.startsWith('node_modules/'));

describe('the lock file of the project', () => {
  it('has no more than 320 packages: what only slow tests or single commands need has a folder of its own', () => {
    expect(named('.').length).toBeLessThanOrEqual(320);
  });

  it('has no package that a judge brings', () => {
    const judges = folders.filter((folder) => folder.startsWith('test/judges/'));
    expect(judges).not.toEqual([]);
    const theirs = judges.flatMap((folder) => Object.keys(read(`${folder}/package.json`).dependencies));
    expect(theirs.filter((name) => named('.').includes(`node_modules/${name}`))).toEqual([]);
  });
});

describe.each(folders)('the folder %s', (folder) => {
  it('has a lock file, which has what its package.json asks for', () => {
    const path = `${folder}/package-lock.json`;
    expect(existsSync(`${root}${path}`), `${path} is missing: npm install --package-lock-only`).toBe(true);
    expect(packagesOf(folder)['']?.dependencies).toEqual(read(`${folder}/package.json`).dependencies);
  });
});
