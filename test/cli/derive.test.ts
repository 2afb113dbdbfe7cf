// The command as built.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import vectors from '../../vectors/fleet.json' with { type: 'json' };
import { sampled, slow } from '../slow.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { seed, rpId, fleets } = vectors;
const { STUNTKEY_SEED: _, ...environment } = process.env;

async function derive(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const command = ['bin/stuntkey.js', 'derive', ...args];
  const options = { cwd: root, env: { ...environment, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)(process.execPath, command, options)).stdout;
}

const parsed = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** What the published vectors say of a row of people, as the command prints it. */
const published = (algorithm: number, count: number) =>
  fleets
    .find((fleet) => fleet.algorithm === algorithm)
    ?.people.slice(0, count)
    .map(({ authentication: _signed, ...person }) => ({ ...person, algorithm }));

describe('stuntkey derive', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stuntkey-derive-'));
    file = join(folder, 'seed.txt');
    await writeFile(file, `${seed}\nanother line\n`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  slow('prints the published vectors, with the seed in a file', async () => {
    const text = await derive(['--seed-file', file, '--rp-id', rpId, '--count', '3']);
    expect(parsed(text)).toEqual(published(-7, 3));
  });

  slow('prints them for EdDSA, with the seed in the environment', async () => {
    const text = await derive(['--rp-id', rpId, '--count', '3', '--algorithm', 'EdDSA'], {
      STUNTKEY_SEED: seed,
    });
    expect(parsed(text)).toEqual(published(-8, 3));
  });

  slow('prints one person, from wherever asked', async () => {
    const [person] = parsed(await derive(['--seed', seed, '--rp-id', rpId, '--from', '999999']));
    expect(person).toEqual({ ...fleets[0]?.people[3], authentication: undefined, algorithm: -7 });
  });

  slow('prints the same on any number of threads, in order', async () => {
    const args = ['--seed', seed, '--rp-id', rpId, '--count', '3000'];
    const one = await derive([...args, '--threads', '1']);
    expect(parsed(one).map(({ index }) => index)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect(await derive([...args, '--threads', '3'])).toBe(one);
  });

  slow('waits for a slow reader, and ends when there is none any more', async () => {
    const args = ['bin/stuntkey.js', 'derive', '--seed', seed, '--rp-id', rpId, '--count', '1000000000'];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((resolve) => child.once('exit', (status, signal) => resolve(status ?? signal)));
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    for await (const chunk of child.stdout) {
      expect(JSON.parse(String(chunk).split('\n')[0] ?? '')).toMatchObject({ index: 0 });
      break; // Closes the pipe.
    }
    expect([await ended, stderr]).toEqual([0, '']);
  });

  slow('prints a million people in the memory that a hundred thousand take', async () => {
    const megabytes = async (count: number) => {
      const code = `import { main } from './build/cli/main.js';
          await main(['derive', '--seed', 'x', '--rp-id', 'example.com', '--count', '${count}']);
          process.stderr.write(String(process.resourceUsage().maxRSS / 1024));`;
      const args = ['--input-type=module', '-e', code];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
      let [lines, stderr] = [0, ''];
      child.stdout.on('data', (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 0x0a) lines++;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      await once(child, 'close');
      expect(lines).toBe(count);
      return Number(stderr);
    };
    const few = await megabytes(100_000);
    expect(await megabytes(1_000_000)).toBeLessThan(1.2 * few);
  });

  it.each(
    sampled(
      [
        ['no seed', ['--rp-id', 'example.com'], /expected a seed/],
        ['no RP ID', ['--seed', 'x'], /--rp-id/],
        [
          'an RP ID that is none',
          ['--seed', 'x', '--rp-id', 'a b'],
          /rpId: expected an RP ID such as example\.com, got "a b"/,
        ],
        [
          'a negative index',
          ['--seed', 'x', '--rp-id', 'e.com', '--from', '-1'],
          /from 0 to 9007199254740991/,
        ],
        [
          'a huge index',
          ['--seed', 'x', '--rp-id', 'e.com', '--from', '9007199254740992'],
          /from 0 to 9007199254740991/,
        ],
        [
          'a row beyond the last',
          ['--seed', 'x', '--rp-id', 'e.com', '--from', '9007199254740991', '--count', '2'],
          /up to 9007199254740991, got 2/,
        ],
        ['a fraction', ['--seed', 'x', '--rp-id', 'e.com', '--count', '1.5'], /--count/],
        [
          'an algorithm that is not derived',
          ['--seed', 'x', '--rp-id', 'e.com', '--algorithm', 'RS256'],
          /ES256, EdDSA/,
        ],
        [
          'no threads',
          ['--seed', 'x', '--rp-id', 'e.com', '--count', '1000', '--threads', '0'],
          /--threads.*from 1 to 256/,
        ],
        [
          'a file that is not there',
          ['--seed-file', '/no/such/file', '--rp-id', 'e.com'],
          /none of that name/,
        ],
        ['two seeds', ['--seed', 'x', '--seed-file', 'y', '--rp-id', 'e.com'], /cannot be used with/],
      ],
      4,
    ),
  )('says in one line what is wrong with %s, and exits with 2', async (_, args, message) => {
    await expect(derive(args)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });
});
