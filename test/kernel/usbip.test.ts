import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { allExchanges } from '../../src/capture/exchanges.ts';
import { exchangeTree } from '../../src/capture/tree.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type Booted, fetchKernel, PATIENCE, whyNoKernel } from './kernel.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const text = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const missing =
  withoutTime ??
  whyNoKernel() ??
  whyNot(['fido2-tools', 'openssh-client', 'xxd', 'tshark'], () =>
    ['fido2-token', 'ssh-keygen', 'xxd', 'dumpcap', 'tshark'].every((name) => runs('which', name)),
  );

describe("stuntkey serve --usbip under Debian's kernel", () => {
  let folder = '';
  let booted: Promise<Booted> | undefined;
  afterAll(() => folder && rmSync(folder, { recursive: true }));

  /** One boot, in which all happens. */
  const boot = (): Promise<Booted> => {
    booted ??= (async () => {
      folder = mkdtempSync(join(tmpdir(), 'stuntkey-kernel-'));
      const kernel = fetchKernel(folder, ['usbip']);
      const script = [
        `repository='${repository}' usbip='${join(folder, 'unpacked/usr/sbin/usbip')}'`,
        ...['attached.sh', 'usbip.sh', 'monitor.sh', 'tools.sh', 'detached.sh'].map(text),
        'finish',
      ].join('\n');
      return kernel.boot(script, ['vhci-hcd', 'usbhid', 'hid-generic', 'usbmon']);
    })();
    return booted;
  };

  it.skipIf(missing)(
    named('is a key that vhci-hcd attaches: to usbip, fido2-token, fido2-assert and ssh-keygen', missing),
    async () => {
      const { console: said, status } = await boot();
      expect(said).toMatch(/^usbip list: +1-1: .*\(1234:5678\)/m);
      expect(said).toMatch(/^usbip port: +.*Full Speed\(12Mbps\)/m);
      expect(said).toMatch(/^usbip: .*HID_NAME=stuntkey test authenticator /m);
      expect(said).toMatch(/^usbip again: .*(busy|failed)/im);
      expect(said).toMatch(/^fido2-token: \/dev\/hidraw0: vendor=0x1234, product=0x5678/m);
      expect(said).toMatch(/^fido2-assert: verified$/m);
      expect(said).toMatch(/^ssh-keygen: Good "file" signature for ada with ED25519-SK key/m);
      expect(said).toMatch(/^usbip: detached, 0 nodes$/m);
      expect(said).toMatch(/^usbip: attached again, \/dev\/hidraw0: vendor=0x1234/m);
      expect(status).toBe(0);
    },
    PATIENCE + 100_000,
  );

  it.skipIf(missing)(
    named("is read in a capture of the kernel's usbmon, by us and by tshark with our dissector", missing),
    async () => {
      const { console: said } = await boot();
      const [, base64 = ''] = /^capture: begins\n([^:]*)\ncapture: ends$/m.exec(said) ?? [];
      const file = join(folder, 'usb.pcapng');
      writeFileSync(file, Buffer.from(base64, 'base64'));
      const { exchanges, cut } = await allExchanges(createReadStream(file));
      expect(cut).toBe(false);
      expect(exchanges.map(({ command }) => command)).toEqual(expect.arrayContaining(['INIT', 'CBOR']));
      const info = exchanges.find(({ command, request }) => command === 'CBOR' && request[0] === 4);
      const { request, response } = exchangeTree(info as NonNullable<typeof info>) as Record<string, object>;
      expect(request).toEqual({ command: 'authenticatorGetInfo (0x04)' });
      expect(response).toMatchObject({
        status: '0x00 CTAP2_OK',
        members: { versions: expect.arrayContaining(['FIDO_2_1']) },
      });

      const script = join(repository, 'examples/wireshark/ctaphid.lua');
      const fields = ['-T', 'fields', '-e', '_ws.col.Info'];
      const { stdout } = spawnSync('tshark', ['-X', `lua_script:${script}`, '-r', file, ...fields], {
        encoding: 'utf8',
      });
      expect(stdout).toMatch(/^INIT channel [0-9a-f]{8}$/m);
      expect(stdout).toMatch(/^authenticatorGetInfo: CTAP2_OK$/m);
    },
    PATIENCE + 100_000,
  );
});
