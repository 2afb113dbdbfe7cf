/** PC/SC of other projects: Debian's pcscd with vsmartcard's reader, and python-fido2's client of it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutTime } from '../slow.ts';
import { named, runs, whyNot } from './debian.ts';

const PYTHON = '/usr/bin/python3';
const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Where Debian has the reader's driver. */
function driver(): string | undefined {
  const { stdout } = spawnSync('dpkg', ['-L', 'vsmartcard-vpcd'], { encoding: 'utf8' });
  return stdout?.split('\n').find((file) => file.endsWith('/libifdvpcd.so') && existsSync(file));
}

/** Why there can be no network of our own; undefined if there can. */
function whyNoNetwork(): string | undefined {
  return runs('unshare', '--net', 'true') ? undefined : 'needs a network namespace (root, unshare)';
}

const missing =
  withoutTime ??
  whyNot(
    ['pcscd', 'vsmartcard-vpcd', 'python3-fido2', 'python3-pyscard', 'iproute2'],
    () =>
      existsSync('/usr/sbin/pcscd') &&
      driver() !== undefined &&
      runs('ip', '-V') &&
      runs(PYTHON, '-c', 'import fido2, smartcard'),
  ) ??
  whyNoNetwork();

describe.skipIf(missing)(named('python-fido2 over PC/SC', missing), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-pcsc-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds the key at the virtual reader, registers, signs in, has it taken away and put back', async () => {
    writeFileSync(
      join(folder, 'reader.conf'),
      `FRIENDLYNAME "stuntkey"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH ${driver()}\nCHANNELID 0x8C7B\n`,
    );
    const script = join(repository, 'test/interop/python-fido2/reader.sh');
    const client = spawn('unshare', ['--net', 'bash', script, repository, folder]);
    let [said, errors] = ['', ''];
    client.stdout.on('data', (data) => (said += data));
    client.stderr.on('data', (data) => (errors += data));
    const code = await new Promise((resolve) => client.once('close', resolve));
    const lines = said.trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('ok ')).join('\n') + errors).toBe('');
    expect([code, lines.length]).toEqual([0, 12]);
    expect(readFileSync(join(folder, 'served'), 'utf8')).toMatch(/"removed".*"inserted"/s);
  });
});
