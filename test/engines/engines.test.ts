/** The package as it is published, installed into an empty folder, on every engine that it is for: library, command and store. */
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creation, ORIGIN, request, root } from '../cli/command.ts';
import { named } from '../interop/debian.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';

const reason =
  withoutTime ??
  (process.platform === 'linux' && process.arch === 'x64' ? undefined : 'the binaries are of linux-x64') ??
  whyNoJudge('engines');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** How each engine runs a file. */
const ENGINES: readonly (readonly [name: string, binary: string, ...args: string[]])[] = [
  ['Node 20', 'node-20/bin/node'],
  ['Node 22', 'node-22/bin/node'],
  ['Node 24', 'node-24/bin/node'],
  ['Bun', '@oven/bun-linux-x64/bin/bun'],
  ['Deno', '@deno/linux-x64-glibc/deno', 'run', '--allow-all'],
];

describe.skipIf(reason)(named('the package in an empty folder', reason), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-engines-'));
  const npm = (...args: string[]) => promisify(execFile)('npm', args, { cwd: folder });
  const run = (binary: string, args: readonly string[], env = {}) => {
    const { status, stdout, stderr } = spawnSync(judgesFile('engines', binary), args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1', ...env },
    });
    return { status, stdout, stderr };
  };
  const program = join(folder, 'node_modules/stuntkey/bin/stuntkey.js');

  beforeAll(async () => {
    // (Without its scripts, which would build anew under the other tests.)
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const packed = await promisify(execFile)('npm', pack, { cwd: root });
    const [{ filename }] = JSON.parse(packed.stdout);
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    await npm('install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`);
    copyFileSync(fileURLToPath(new URL('smoke.mjs', import.meta.url)), join(folder, 'smoke.mjs'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  it('brings nothing of the tests, and no lmdb', () => {
    expect(existsSync(program)).toBe(true);
    for (const name of ['vitest', 'lmdb', 'stuntkey/test', 'stuntkey/src', 'stuntkey/build'])
      expect(existsSync(join(folder, 'node_modules', name)), name).toBe(false);
  });

  it.each(ENGINES)(
    '%s registers and signs in without lmdb, by the library and by the command',
    (_, binary, ...args) => {
      expect(run(binary, [...args, 'smoke.mjs'])).toMatchObject({ status: 0, stderr: '' });
      const words = ['create', '--store', ':memory:', '--origin', ORIGIN, JSON.stringify(creation())];
      const created = run(binary, [...args, program, ...words]);
      expect([created.status, created.stderr]).toEqual([0, '']);
      expect(JSON.parse(created.stdout)).toMatchObject({ type: 'public-key' });
      const refused = run(binary, [...args, program, 'new', '--store', join(folder, 'none')]);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(
        /^stuntkey: a store on disk needs the package lmdb, which is not installed: npm install lmdb\n$/,
      );
    },
  );

  it('an old Node is told which one is needed', () => {
    expect(run('node-18/bin/node', [program, '--version'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'stuntkey: expected Node 20.19 or later, got v18.20.8\n',
    });
  });

  describe('with lmdb', () => {
    beforeAll(async () => {
      await npm(
        'install',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        `lmdb@${manifest.devDependencies.lmdb}`,
      );
    });

    it.each(ENGINES)(
      '%s keeps a key on the disk, by the library and by the command',
      (name, binary, ...args) => {
        expect(run(binary, [...args, 'smoke.mjs', 'store'])).toMatchObject({ status: 0 });
        const env = { STUNTKEY_STORE: join(folder, `key-${name}`), STUNTKEY_ORIGIN: ORIGIN };
        const created = run(binary, [...args, program, 'create', JSON.stringify(creation())], env);
        expect([created.status, created.stderr]).toEqual([0, expect.stringContaining('made a new key')]);
        const { id } = JSON.parse(created.stdout);
        // Twice: the second time from the code cache.
        for (const _ of [1, 2]) {
          const signed = run(binary, [...args, program, 'get', JSON.stringify(request())], env);
          expect([signed.status, signed.stderr]).toEqual([0, '']);
          expect(JSON.parse(signed.stdout).id).toBe(id);
        }
        // (Bun's and Deno's cryptography has no Ed448, of which there are vectors.)
        if (name.startsWith('Node')) expect(run(binary, [program, 'vectors']).stdout).toMatch(/ 0 different/);
      },
    );
  });
});
