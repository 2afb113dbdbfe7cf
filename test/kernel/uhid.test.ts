import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type Booted, fetchKernel, type Kernel, PATIENCE, whyNoKernel } from './kernel.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const text = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const missing = withoutTime ?? whyNoKernel();
const noTools =
  missing ??
  whyNot(['fido2-tools', 'openssh-client', 'xxd'], () =>
    ['fido2-token', 'ssh-keygen', 'xxd'].every((name) => runs('which', name)),
  );
const noChromium =
  missing ?? whyNot(['chromium-headless-shell'], () => runs('which', 'chromium-headless-shell'));

describe("stuntkey serve --uhid under Debian's kernel", () => {
  let folder: string | undefined;
  let kernel: Kernel | undefined;
  afterAll(() => folder && rmSync(folder, { recursive: true }));
  /** Boots, has the key there, and does something with it. */
  const boot = (script: string): Promise<Booted> => {
    folder ??= mkdtempSync(join(tmpdir(), 'stuntkey-kernel-'));
    kernel ??= fetchKernel(folder);
    const whole = `repository='${repository}'\n${text('key.sh')}\n${script}\nfinish\n`;
    return kernel.boot(whole, ['hid-generic', 'uhid']);
  };

  it.skipIf(noTools)(
    named('is a key to fido2-token, fido2-cred, fido2-assert and ssh-keygen', noTools),
    async () => {
      const { console: said, status } = await boot(text('tools.sh'));
      expect(said).toMatch(/^fido2-token: \/dev\/hidraw0: vendor=0x1234, product=0x5678/m);
      expect(said).toMatch(/^fido2-assert: verified$/m);
      expect(said).toMatch(/^ssh-keygen: Good "file" signature for ada with ED25519-SK key/m);
      expect(status).toBe(0);
    },
    PATIENCE + 100_000,
  );

  it.skipIf(noChromium)(
    named('is a key to Chromium, which registers with it and signs in', noChromium),
    async () => {
      const { console: said, status } = await boot('node "$repository/test/kernel/page.js"');
      expect(said).toMatch(/^chromium: \{"same":true,"signature":\d\d\}$/m);
      expect(status).toBe(0);
    },
    PATIENCE + 100_000,
  );
});

// (A machine that has to show it: `.ci/run` on Debian as root.)
const mustShow =
  process.env.CI !== undefined &&
  withoutTime === undefined &&
  runs('test', '-f', '/etc/debian_version') &&
  process.getuid?.() === 0;

describe.runIf(mustShow)('nothing of the kernel', () => {
  it('was skipped', () => {
    expect([noTools, noChromium]).toEqual([undefined, undefined]);
  });
});
