/** Clients of other projects, over loopback UDP: libfido2 through a small program of ours, and python-fido2. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { serveUdp } from '../../src/transport/udp.ts';
import { named, runs, whyNot } from './debian.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Debian's own: another Python does not see Debian's packages. */
const PYTHON = '/usr/bin/python3';
const withoutLibfido2 = whyNot(
  ['gcc', 'libc6-dev', 'libfido2-dev'],
  () => existsSync('/usr/include/fido.h') && runs('gcc', '--version'),
);
const withoutPython = whyNot(['python3-fido2'], () => runs(PYTHON, '-c', 'import fido2'));

interface Report {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

const running = new Set<ChildProcess>();
// What a test that was given up left behind.
afterEach(() => {
  for (const client of running) client.kill('SIGKILL');
});

/** Runs a client against a device of its own. */
async function report(policy: Partial<Policy>, command: string, ...args: readonly string[]): Promise<Report> {
  // Such clients reset when they like, and cannot unplug anything.
  const device = new Authenticator({ policy: { resetAnyTime: true, ...policy } });
  const server = await serveUdp(device, { port: 0 });
  const client = spawn(
    command,
    args.map((arg) => arg.replace('PORT', String(server.port))),
  );
  running.add(client);
  let [output, errors] = ['', ''];
  client.stdout.on('data', (data) => {
    output += data;
  });
  client.stderr.on('data', (data) => {
    errors += data;
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      client.on('error', reject);
      client.on('close', resolve);
    });
    return { code, lines: output.trim().split('\n'), errors };
  } finally {
    running.delete(client);
    await server.close();
  }
}

function expectAllWell({ code, lines, errors }: Report, steps: number): void {
  expect(lines.filter((line) => !line.startsWith('ok ')).join('\n') + errors).toBe('');
  expect([code, lines.length]).toEqual([0, steps]);
}

describe.skipIf(withoutLibfido2)(named('libfido2', withoutLibfido2), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-libfido2-'));
  const client = join(folder, 'client');
  beforeAll(() => {
    execFileSync('gcc', ['-Wall', '-Werror', '-o', client, source('libfido2/client.c'), '-lfido2']);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[string, string, number, Partial<Policy>]>([
    [
      'sets and changes a PIN, registers, signs in, gets secrets, manages credentials and blobs, resets',
      'pin',
      49,
      { userVerification: 'none' },
    ],
    ['has the device verify its user', 'built-in', 11, {}],
    [
      'does ES256, EdDSA and RS256 with credentials that are stored nowhere',
      'wrapped',
      12,
      { nonDiscoverable: 'wrapped', algorithms: [-7, -8, -257] },
    ],
    ['enrolls a fingerprint', 'fingerprints', 9, { userVerification: 'fingerprint' }],
    ['uses a device of U2F alone', 'u2f', 6, { ctap: 'U2F' }],
    ['takes credentials from U2F to CTAP2 and back', 'both', 7, { userVerification: 'none' }],
    ['takes wrapped ones there, too', 'both', 7, { userVerification: 'none', nonDiscoverable: 'wrapped' }],
  ])('%s', async (_, sequence, steps, policy) => {
    expectAllWell(await report(policy, client, 'PORT', sequence), steps);
  });
});

describe.skipIf(withoutPython)(named('python-fido2', withoutPython), () => {
  it.each<[string, string, number, Partial<Policy>]>([
    ['exchanges messages of any length', 'frames', 8, {}],
    [
      'sets and changes a PIN, registers, signs in, gets secrets, manages credentials and blobs, resets',
      'pin',
      36,
      { userVerification: 'none' },
    ],
    ['has the device verify its user', 'built-in', 3, {}],
    ['registers and authenticates over U2F', 'u2f', 3, {}],
  ])('%s', async (_, sequence, steps, policy) => {
    expectAllWell(await report(policy, PYTHON, source('python-fido2/client.py'), 'PORT', sequence), steps);
  });
});
