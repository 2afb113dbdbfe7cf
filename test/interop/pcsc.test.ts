/** PC/SC of other projects: Debian's pcscd with vsmartcard's reader, and python-fido2's client of it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { serveVpcd, type VpcdServer } from '../../src/transport/vpcd.ts';
import { withoutTime } from '../slow.ts';
import { named, runs, whyNot } from './debian.ts';

const PYTHON = '/usr/bin/python3';
const PCSCD = '/usr/sbin/pcscd';

/** Where Debian has the reader's driver. */
function driver(): string | undefined {
  const { stdout } = spawnSync('dpkg', ['-L', 'vsmartcard-vpcd'], { encoding: 'utf8' });
  return stdout?.split('\n').find((file) => file.endsWith('/libifdvpcd.so') && existsSync(file));
}

const missing =
  withoutTime ??
  whyNot(
    ['pcscd', 'vsmartcard-vpcd', 'python3-fido2', 'python3-pyscard'],
    () => existsSync(PCSCD) && driver() !== undefined && runs(PYTHON, '-c', 'import fido2, smartcard'),
  );

describe.skipIf(missing)(named('python-fido2 over PC/SC', missing), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-pcsc-'));
  const running: ChildProcess[] = [];
  let server: VpcdServer | undefined;
  afterEach(async () => {
    for (const one of running) one.kill('SIGKILL');
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  it('finds the key at the virtual reader, registers, signs in, has it taken away and put back', async () => {
    const device = new Authenticator({ policy: { transports: ['usb', 'nfc'], userVerification: 'none' } });
    server = await serveVpcd(device, { listen: true, port: 0 });
    const readers = join(folder, 'reader.conf');
    // (The reader connects to us, so that it does not listen itself; it gets the port in the form that it reads.)
    const port = `0x${server.port.toString(16)}`;
    writeFileSync(
      readers,
      `FRIENDLYNAME "stuntkey"\nDEVICENAME 127.0.0.1:${port}\nLIBPATH ${driver()}\nCHANNELID ${port}\n`,
    );
    const pcscd = spawn(PCSCD, ['--foreground', '--config', readers], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(pcscd);
    let log = '';
    for (const stream of [pcscd.stdout, pcscd.stderr]) stream.on('data', (data) => (log += data));

    const client = spawn(PYTHON, [fileURLToPath(new URL('python-fido2/reader.py', import.meta.url))]);
    running.push(client);
    client.stderr.on('data', (data) => (log += data));
    const lines: string[] = [];
    for await (const line of createInterface({ input: client.stdout })) {
      if (line === 'remove') server.remove();
      else if (line === 'insert') server.insert();
      else lines.push(line);
      if (line === 'remove' || line === 'insert') client.stdin.write('done\n');
    }
    expect(lines.filter((line) => !line.startsWith('ok ')).join('\n') + (lines.length === 0 ? log : '')).toBe(
      '',
    );
    expect(lines).toHaveLength(13);
    expect(device.credentials.list().length).toBeGreaterThan(0);
  });
});
