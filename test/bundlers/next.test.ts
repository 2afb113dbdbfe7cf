/** Next.js: a route handler with a durable store, and a page with a device in it, built and started as a project does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect } from 'vitest';
import { patient, sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { ran } from '../tools/stage.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const missing = withoutTime ?? withoutChromium ?? whyNoJudge('next');

const challenge = 'Y2hhbGxlbmdl';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

describe.skipIf(missing)(named('Next.js', missing), () => {
  let project: string;
  let env: Readonly<Record<string, string>>;
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'stuntkey-next-'));
    env = {
      PASSKEYS: join(project, 'passkeys'),
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
    };
    cpSync(new URL('next', import.meta.url), project, { recursive: true });
    writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
    // As npm installs it: by its name, out of node_modules, and without what only a checkout has.
    const installed = join(project, 'node_modules/stuntkey');
    mkdirSync(installed, { recursive: true });
    for (const name of ['dist', 'package.json'])
      cpSync(join(root, name), join(installed, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'), 'dir');
    symlinkSync(join(root, 'node_modules/lmdb'), join(project, 'node_modules/lmdb'), 'dir');
    for (const name of ['next', 'react', 'react-dom'])
      symlinkSync(
        dirname(judgesFile('next', `${name}/package.json`)),
        join(project, 'node_modules', name),
        'dir',
      );
  });

  const next = 'node_modules/next/dist/bin/next';

  /** Starts what was built, and gives back where it is, and what ends it. */
  async function started(): Promise<{ readonly url: string; end(): Promise<void> }> {
    const child = spawn(process.execPath, [next, 'start', '--port', '0'], {
      cwd: project,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const over = once(child, 'exit');
    // (Next waits for connections that are kept alive. What the store has written, it has.)
    const end = async (): Promise<void> => {
      child.kill('SIGKILL');
      await over;
    };
    for await (const line of createInterface(child.stdout)) {
      const [url] = /http:\/\/localhost:\d+/.exec(line) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      return { url, end };
    }
    throw new Error('next start has ended');
  }

  async function asked(url: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}/passkey`, { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  }

  slow.each([
    ['Turbopack', '--turbopack'],
    ['webpack', '--webpack'],
  ])(
    'with %s builds a route with a store on the disk, which keeps its credential, and a page that makes one itself',
    async (_, bundler) => {
      const { code, output } = await ran(process.execPath, [next, 'build', bundler], { cwd: project, env });
      expect(code, output).toBe(0);
      expect(output).not.toMatch(/warn/i);
      const first = await started();
      const { id } = await asked(first.url, { create: creation });
      const context = await (await sharedBrowser()).createBrowserContext();
      const page = patient(await context.newPage());
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(first.url);
      await page.waitForFunction('document.querySelector("h1").innerText.length > 18', { timeout: 0 });
      expect(await page.evaluate('document.querySelector("h1").innerText')).toBe(
        'Made in the page: public-key',
      );
      expect(problems).toEqual([]);
      await context.close();
      await first.end();
      const second = await started();
      expect(await asked(second.url, { get: { challenge, rpId: 'example.com' } })).toMatchObject({ id });
      await second.end();
    },
  );
});
