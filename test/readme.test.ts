/** README, and the examples of all documents, as they are printed. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withFigures } from '../bench/readme.js';
import { strictDoors } from '../examples/login-server/doors.js';
import { startLoginServer } from '../examples/login-server/server.js';
import { withoutChromedriver, withoutChromium, withoutFirefox } from './browser/chromium.ts';
import { playwrightStats } from './browser/playwright.ts';
import { withoutSelenium } from './browser/selenium.ts';
import { type Example, examplesOf, root, textOf, WITH_EXAMPLES } from './documents.ts';
import { freePort } from './free-port.ts';
import { named, runs } from './interop/debian.ts';
import { PATIENCE } from './patience.ts';
import { besideSelenium, printed, promised } from './printed.ts';
import { sampled, slow, withoutTime } from './slow.ts';

const readme = textOf('README.md');
const examples = WITH_EXAMPLES.flatMap(examplesOf);
const of = (runner: Example['runner']): Example[] => examples.filter((example) => example.runner === runner);

describe('README', () => {
  it('is of at most two hundred lines, and begins with an example of at most twelve', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(200);
    const [first] = examplesOf('README.md');
    expect(first?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  });

  it('has a place for figures of the bench, which takes those that a run has', () => {
    const results = new Map([
      ['get/raw', 0.392],
      ['create/nid', 10.035],
      ['page get/chromium', 0.914],
      ['another', 1],
    ]);
    const of = 'commit 1234567, Node v20.20.2';
    const [before, after] = ['before\n<!-- bench -->\n', '\n<!-- end of bench -->\nafter\n'];
    const filled = withFigures(`${before}of another run${after}`, results, of);
    expect(filled.slice(before.length, -after.length).split('\n')).toEqual([
      `| ${of} |  |`,
      '| --- | --- |',
      '| one of many thousand sign-ins in Node, beside a raw P-256 signature of node:crypto | 0.39 of its speed |',
      '| a registration, beside nid-webauthn-emulator | 10 times its speed |',
      "| a sign-in in a page, beside Chromium's virtual authenticator | 0.91 times its speed |",
    ]);
    expect(filled.startsWith(before) && filled.endsWith(after)).toBe(true);
    expect(withFigures(readme, results, of)).toContain(of);
  });

  it('has the demo and the tests as its first two commands', () => {
    const commands = /```sh\n([\s\S]*?)```/.exec(readme)?.[1]?.trim().split('\n');
    expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  });
});

describe('the examples of the documents', () => {
  it('are there, in every document that is said to have some', () => {
    for (const path of WITH_EXAMPLES) expect(examplesOf(path).length, path).toBeGreaterThan(0);
    expect(of('node').length).toBeGreaterThan(20);
  });

  it.each(sampled(of('node'), 10))('$name runs as printed and prints what it says', async ({ code }) => {
    expect(await printed(code)).toEqual(promised(code));
  });

  it.skipIf(withoutTime ?? withoutChromium).each(of('puppeteer'))(
    named('$name prints what it says, with Puppeteer', withoutTime ?? withoutChromium),
    async ({ code }) => {
      expect(await printed(code)).toEqual(promised(code));
    },
  );

  const noSelenium = withoutTime ?? withoutSelenium ?? withoutChromedriver;
  it.skipIf(noSelenium).each(of('webdriver'))(
    named('$name prints what it says, with Selenium', noSelenium),
    async ({ code }) => {
      expect(await besideSelenium((folder) => printed(code, folder))).toEqual(promised(code));
    },
  );

  const notInFirefox = withoutTime ?? withoutFirefox;
  it.skipIf(notInFirefox).each(of('puppeteer'))(
    named('$name prints the same with Puppeteer in Firefox', notInFirefox),
    async ({ code }) => {
      const chromium = "executablePath: '/usr/bin/chromium', args: ['--no-sandbox']";
      const inFirefox = code.replace(chromium, "browser: 'firefox', executablePath: '/usr/bin/firefox-esr'");
      expect(inFirefox).not.toBe(code);
      expect(await printed(inFirefox)).toEqual(promised(code));
    },
  );

  it.skipIf(withoutTime ?? withoutChromium)(
    named('pass with Playwright, where they are for it', withoutTime ?? withoutChromium),
    async () => {
      // As main.js starts it.
      const server = await startLoginServer({ also: strictDoors([]) });
      const folder = await mkdtemp(`${root}/.tmp-`);
      try {
        for (const [place, { code }] of of('playwright').entries()) {
          const here = code.replaceAll("'./examples/", "'../examples/");
          const served = here.replaceAll('http://localhost:8080', server.origin);
          await writeFile(`${folder}/example-${place}.spec.js`, served);
        }
        const config = `import config from '../examples/playwright/playwright.config.js';
          export default { ...config, workers: 1, timeout: ${PATIENCE}, expect: { timeout: ${PATIENCE} }, testDir: ${JSON.stringify(folder)} };`;
        await writeFile(`${folder}/playwright.config.js`, config);
        const stats = await playwrightStats(`${folder}/playwright.config.js`, folder);
        expect(stats).toMatchObject({ expected: of('playwright').length, unexpected: 0 });
      } finally {
        await rm(folder, { recursive: true });
        await server.close();
      }
    },
  );

  it('have a test for vitest of less than ten lines', () => {
    const lengths = of('vitest').map(({ code }) => code.trimEnd().split('\n').length);
    expect(Math.min(...lengths)).toBeLessThan(10);
  });

  slow('pass with vitest, where they are for it', async () => {
    const folder = await mkdtemp(`${root}/.tmp-`);
    try {
      for (const [place, { code }] of of('vitest').entries())
        await writeFile(`${folder}/example-${place}.test.js`, code);
      const config = 'export default { test: { include: ["example-*.test.js"] } };';
      await writeFile(`${folder}/vitest.config.js`, config);
      const { VITEST: _, ...env } = process.env;
      const args = ['node_modules/vitest/vitest.mjs', 'run', '--root', folder, '--reporter', 'json'];
      args.push('--testTimeout', String(PATIENCE));
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
      expect(stdout).toContain(`"numPassedTests":${of('vitest').length},`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Works in a folder in which `stuntkey` and `npx stuntkey` are the package as built. */
async function inShell<T>(work: (folder: string, env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(`${tmpdir()}/stuntkey-readme-`);
  try {
    await mkdir(`${folder}/bin`);
    await mkdir(`${folder}/node_modules/.bin`, { recursive: true });
    for (const bin of ['bin', 'node_modules/.bin'])
      await symlink(`${root}/bin/stuntkey.js`, `${folder}/${bin}/stuntkey`);
    await writeFile(`${folder}/bin/npx`, '#!/bin/sh\nexec "$@"\n');
    await chmod(`${folder}/bin/npx`, 0o755);
    return await work(folder, { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` });
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the shell example', () => {
  slow.each(['docs/recipes/ci.md', 'docs/getting-started/shell.md'])(
    'of %s runs as printed and prints what it says',
    async (path) => {
      const [, code = ''] = /```sh\n(export STUNTKEY_STORE[\s\S]*?)```/.exec(textOf(path)) ?? [];
      await inShell(async (folder, env) => {
        const { stdout } = await promisify(execFile)('bash', ['-c', code], { cwd: folder, env });
        const lines = stdout.trim().split('\n');
        // (`stuntkey new` prints where the key is.)
        const rest = lines.filter((line) => !line.endsWith('/key'));
        expect(lines.length - rest.length).toBe(code.includes('stuntkey new') ? 1 : 0);
        expect(rest.map((line) => line.replace(/^.*signCount: /, ''))).toEqual(
          [...code.matchAll(/ # (\d+)$/gm)].map(([, number]) => number),
        );
      });
    },
  );
});

describe('the audit of docs/getting-started/server.md', () => {
  slow('finds that the server takes other signatures and origins, and writes the report', async () => {
    const page = textOf('docs/getting-started/server.md');
    const [, serve = '', audit = ''] = /```sh\nnode (.*)\nnpx (stuntkey audit .*)\n```/.exec(page) ?? [];
    const server = spawn(process.execPath, serve.replace('8080', '0').split(' '), {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [origin] = await once(server.stdout, 'data');
      await inShell(async (folder, env) => {
        const command = audit.replace('http://localhost:8080', String(origin).trim());
        const run = promisify(execFile)('bash', ['-c', command], { cwd: folder, env });
        await expect(run).rejects.toMatchObject({ code: 3 });
        const report = await readFile(`${folder}/report.html`, 'utf8');
        expect(report).toContain('signature-from-other-key');
      });
    } finally {
      server.kill();
    }
  });
});

const withoutCurl = withoutTime ?? (runs('curl', '--version') ? undefined : 'needs curl');

describe('the door of docs/getting-started/language.md', () => {
  it.skipIf(withoutCurl)(
    named('registers, signs in, and refuses where the person declines', withoutCurl),
    async () => {
      const [, printed = ''] =
        /```sh\n(export DOOR[\s\S]*?)```/.exec(textOf('docs/getting-started/language.md')) ?? [];
      const promises = [...printed.matchAll(/^ask .*? #(?: (.*))?$/gm)].map(([, text = '']) => text);
      expect(promises).toHaveLength(4);
      await inShell(async (folder, env) => {
        const port = await freePort();
        const code = printed.replaceAll('8100', String(port));
        const { stdout } = await promisify(execFile)('bash', ['-c', code], { cwd: folder, env });
        const lines = stdout.split('\n');
        expect(promises.map((text, place) => lines[place]?.slice(0, text.length))).toEqual(promises);
        await expect(fetch(`http://127.0.0.1:${port}/ready`), 'the door has stopped').rejects.toThrow();
      });
    },
  );
});
