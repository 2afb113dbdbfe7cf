/** The command where the package lmdb is not installed, and where it has no binary: a copy of the package, with packages of its own. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needsLmdb } from '../../src/store/lmdb/lmdb.ts';
import { slow } from '../slow.ts';
import { creation, ORIGIN, root } from './command.ts';

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Copies the package as built into a folder, beside what it depends on. @returns its program */
function installed(folder: string): string {
  const own = join(folder, 'node_modules/stuntkey');
  mkdirSync(own, { recursive: true });
  for (const name of ['bin', 'dist', 'vectors', 'package.json'])
    cpSync(join(root, name), join(own, name), { recursive: true });
  for (const name of Object.keys(dependencies)) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), place);
  }
  return join(own, 'bin/stuntkey.js');
}

describe('without lmdb', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-without-'));
  let program = '';
  const run = (args: readonly string[], input = '') => {
    const env = { ...process.env, XDG_DATA_HOME: folder, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      input,
      env,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };
  const done = (args: readonly string[], input?: string): string => {
    const { code, stdout, stderr } = run(args, input);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    return stdout;
  };
  beforeAll(() => {
    program = installed(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('a key in memory registers', () => {
    const args = ['create', '--store', ':memory:', '--origin', ORIGIN, JSON.stringify(creation())];
    const registration = done(args);
    expect(done(['decode'], registration)).toContain(JSON.parse(registration).id);
  });

  slow('all else that keeps nothing works', () => {
    expect(done(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(done(['vectors'])).toMatch(/ 0 different/);
    expect(done(['info', '--store', ':memory:'])).toContain('aaguid');
    const derived = ['derive', '--seed', 'a', '--rp-id', 'example.com', '--count', '1'];
    expect(JSON.parse(done(derived))).toMatchObject({ index: 0 });
  });

  it('a key on disk says in one line what to install, and makes nothing', () => {
    const path = join(folder, 'key');
    const { code, stdout, stderr } = run(['new', '--store', path]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'stuntkey: a store on disk needs the package lmdb, which is not installed: npm install lmdb\n',
    );
    expect(existsSync(path)).toBe(false);
  });

  slow('a binary that is not there for this system is named, with the line that gets it', () => {
    const lmdb = join(folder, 'node_modules/lmdb');
    mkdirSync(lmdb);
    writeFileSync(join(lmdb, 'index.js'), "throw new Error('No native build was found for platform=plan9');");
    try {
      const { code, stderr } = run(['new', '--store', join(folder, 'key')]);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /cannot be loaded on \S+ \(No native build was found for platform=plan9\): npm install/,
      );
      expect(stderr.trim().split('\n')).toHaveLength(1);
    } finally {
      rmSync(lmdb, { recursive: true });
    }
  });
});

describe('the line to type', () => {
  const missing = Object.assign(new Error("Cannot find module 'lmdb'\nRequire stack:\n- x"), {
    code: 'MODULE_NOT_FOUND',
  });
  it.each([
    ['in a project', 'file:///app/node_modules/stuntkey/dist/chunks/store.js', /: npm install lmdb$/],
    [
      'for all users',
      'file:///usr/lib/node_modules/stuntkey/dist/chunks/store.js',
      /: npm install --global lmdb$/,
    ],
    [
      'run by npx',
      'file:///root/.npm/_npx/1f/node_modules/stuntkey/dist/chunks/store.js',
      /: npx --package=stuntkey --package=lmdb stuntkey$/,
    ],
  ])('is that for a package installed %s', (_, place, line) => {
    expect(needsLmdb(missing, place)).toMatchObject({
      code: 'store-needs-lmdb',
      message: expect.stringMatching(line),
    });
  });

  it('is another where lmdb lacks something of its own', () => {
    const inside = Object.assign(new Error("Cannot find module 'msgpackr'"), { code: 'MODULE_NOT_FOUND' });
    const error = needsLmdb(inside, 'file:///app/node_modules/stuntkey/dist/chunks/store.js');
    expect(error.message).toMatch(
      /cannot be loaded .*msgpackr.*: npm install --include=optional --force lmdb$/,
    );
    expect(error.cause).toBe(inside);
  });
});
