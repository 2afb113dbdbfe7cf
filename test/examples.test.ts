import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { demoLayout, demoOutput, demoPicture, demoWords } from '../scripts/demo-picture.js';
import { Authenticator, WebAuthnClient } from '../src/entries/index.ts';
import { sampled, slow } from './slow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, args, { cwd: root });

describe('the demo', () => {
  it('registers, signs in twice with a counter that advances, is refused with a replay, and says what to do next', () => {
    const inColor = demoOutput();
    const stdout = stripVTControlCharacters(inColor);
    expect(stdout).toMatch(/server: registered ada/);
    expect(stdout.match(/server: welcome, ada/g)).toHaveLength(2);
    expect([...stdout.matchAll(/counter +(\d+)/g)].map(([, count]) => count)).toEqual(['0', '1', '2']);
    expect(stdout).toMatch(/server: no\. Unexpected authentication response challenge/);
    const next = [...stdout.slice(stdout.indexOf('Next')).matchAll(/docs\/\S+/g)].map(([path]) => path);
    expect(next.length).toBeGreaterThan(1);
    expect(next.filter((path) => !existsSync(root + path))).toEqual([]);
    expect(inColor).toContain('\u001b[32mserver: welcome, ada\u001b[39m');

    // The picture of README, made by `npm run docs`, is of this demo.
    const picture = readFileSync(`${root}docs/demo.svg`, 'utf8');
    const made = demoPicture(inColor);
    expect(demoWords(picture)).toBe(demoWords(made));
    expect(demoLayout(picture)).toBe(demoLayout(made));
    expect(picture.length).toBeLessThan(10_000);
  });

  slow('has no color where it does not write to a terminal, and where NO_COLOR is set', () => {
    expect(demoOutput({})).not.toContain('\u001b');
    expect(demoOutput({ NO_COLOR: '1' })).not.toContain('\u001b');
  });
});

describe('the command', () => {
  slow('prints a line for every vector, none of them different', async () => {
    const { stdout } = await run('bin/stuntkey.js', 'vectors');
    expect(stdout).toMatch(/none\.ES256 +registration exact +authentication exact/);
    expect(stdout).toMatch(/15 vectors, 30 ceremonies: .*0 different/);
  });

  slow('prints the same as a line of JSON each', async () => {
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

/** Starts a server of the examples; answers where it is. */
async function started(...args: string[]): Promise<{ url: string; end: () => Promise<number | null> }> {
  const server = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
  const line = await new Promise<string>((resolve) =>
    server.stderr.once('data', (text) => resolve(String(text))),
  );
  const url = line.match(/http:\/\/localhost:\d+/)?.[0] ?? line;
  return {
    url,
    end: () => {
      server.kill('SIGTERM');
      return ended;
    },
  };
}

describe.each(sampled(['login-server', 'strict-server'], 2))('the %s on the command line', (name) => {
  it('speaks the conformance API, does without the guards named, and ends when told', async () => {
    for (const [weak, status] of sampled(
      [
        ['origin,signature', 'ok'],
        ['', 'failed'],
      ],
      2,
    )) {
      const { url, end } = await started(`examples/${name}/main.js`, '--port', '0', '--weak', weak as string);
      const post = (path: string, body: unknown, cookie = '') =>
        fetch(url + path, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', cookie },
        });
      const answer = await post('/attestation/options', { username: 'ada' });
      const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
      const elsewhere = new WebAuthnClient({
        origin: 'http://localhost:1',
        authenticator: new Authenticator(),
      });
      const response = await elsewhere.create((await answer.json()) as never);
      const result = await post('/attestation/result', response, cookie);
      expect(await result.json()).toMatchObject({ status });
      expect(await end()).toBe(0);
    }
  });

  slow('says which guard it does not know', async () => {
    await expect(run(`examples/${name}/main.js`, '--weak', 'orign')).rejects.toMatchObject({
      code: 2,
      stderr: '--weak: there is no guard "orign"\n',
    });
  });
});
