import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { whyNoChromium } from '../interop/chromium.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type Booted, fetchKernel, PATIENCE, whyNoKernel } from './kernel.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

const missing =
  withoutTime ??
  whyNoKernel() ??
  whyNot(['fido2-tools', 'openssh-client', 'xxd'], () =>
    ['fido2-token', 'ssh-keygen', 'xxd'].every((name) => runs('which', name)),
  ) ??
  whyNoChromium();

describe.skipIf(missing !== undefined)(named("stuntkey serve --uhid under Debian's kernel", missing), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-kernel-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let booted: Promise<Booted> | undefined;
  const boot = (): Promise<Booted> => {
    const script = readFileSync(new URL('uhid.sh', import.meta.url), 'utf8');
    booted ??= fetchKernel(folder).boot(`repository='${repository}'\n${script}`, ['hid-generic', 'uhid']);
    return booted;
  };

  it(
    'is a key to fido2-token, fido2-assert, ssh-keygen and Chromium',
    async () => {
      const { console: said, status } = await boot();
      expect(said).toMatch(/^fido2-token: \/dev\/hidraw0: vendor=0x1234, product=0x5678/m);
      expect(said).toMatch(/^fido2-assert: verified$/m);
      expect(said).toMatch(/^ssh-keygen: Good "file" signature for ada with ED25519-SK key/m);
      expect(said).toMatch(/^chromium: \{"same":true,"signature":\d\d\}$/m);
      expect(status).toBe(0);
    },
    PATIENCE + 100_000,
  );
});

// (A machine that has to show it: `.ci/run` on Debian as root.)
describe.runIf(
  process.env.CI !== undefined &&
    withoutTime === undefined &&
    runs('test', '-f', '/etc/debian_version') &&
    process.getuid?.() === 0,
)('the kernel', () => {
  it('could be booted', () => {
    expect(missing).toBeUndefined();
  });
});
