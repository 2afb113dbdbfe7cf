import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, args, { cwd: root });

describe('the demo', () => {
  it('registers, signs in twice with a counter that advances, and is refused with a replay', async () => {
    const { stdout } = await run('examples/demo.js');
    expect(stdout).toMatch(/server: registered ada/);
    expect(stdout.match(/server: welcome, ada/g)).toHaveLength(2);
    expect([...stdout.matchAll(/counter +(\d+)/g)].map(([, count]) => count)).toEqual(['0', '1', '2']);
    expect(stdout).toMatch(/server: no\. Unexpected authentication response challenge/);
  });
});

describe('the command', () => {
  it('prints a line for every vector, none of them different', async () => {
    const { stdout } = await run('bin/stuntkey.js', 'vectors');
    expect(stdout).toMatch(/none\.ES256 +registration exact +authentication exact/);
    expect(stdout).toMatch(/15 vectors, 30 ceremonies: .*0 different/);
  });

  it('prints the same as a line of JSON each', async () => {
    const { stdout } = await run('bin/stuntkey.js', 'vectors', '--json');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toContainEqual({
      name: 'packed-self.ES256',
      registration: 'exact',
      authentication: 'exact',
    });
  });

  it('says what it does not know, and fails', async () => {
    await expect(run('bin/stuntkey.js', 'vectorz')).rejects.toMatchObject({
      stderr: expect.stringMatching(/unknown command 'vectorz'.*vectors/),
    });
  });
});
