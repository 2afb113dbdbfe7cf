import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withoutChromedriver, withoutChromium, withoutFirefox } from './browser/chromium.ts';
import { playwrightStats } from './browser/playwright.ts';
import { withoutSelenium } from './browser/selenium.ts';
import { named } from './interop/debian.ts';
import { PATIENCE } from './patience.ts';
import { besideSelenium, printed, promised } from './printed.ts';
import { sampled, slow, withoutTime } from './slow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');

describe.each(sampled(['apps', 'attestation', 'load', 'verify'], 4))('the example of docs/%s.md', (name) => {
  it('runs as printed and prints what it says', async () => {
    const page = readFileSync(`${root}/docs/${name}.md`, 'utf8');
    const [, code = ''] = page.match(/```js\n([\s\S]*?)```/) ?? [];
    expect(await printed(code)).toEqual(promised(code));
  });
});

describe('the examples of the README', () => {
  it('are there', () => expect(examples.length).toBeGreaterThanOrEqual(4));

  const fixtures = examples.filter((code) => code.includes("'stuntkey/vitest'"));
  const playwright = examples.filter((code) => code.includes("'stuntkey/playwright'"));
  const puppeteer = examples.filter((code) => code.includes("'stuntkey/puppeteer'"));
  const webdriver = examples.filter((code) => code.includes("'stuntkey/webdriver'"));
  const others = [fixtures, playwright, puppeteer, webdriver].flat();
  const programs = examples.filter((code) => !others.includes(code));

  it.skipIf(withoutTime ?? withoutChromium).each(puppeteer)(
    named('have one for Puppeteer, which prints what it says', withoutTime ?? withoutChromium),
    async (code) => {
      expect(await printed(code)).toEqual(promised(code));
    },
  );

  const noSelenium = withoutSelenium ?? withoutChromedriver;
  it.skipIf(noSelenium).each(webdriver)(
    named('have one for Selenium, which prints what it says', noSelenium),
    async (code) => {
      expect(await besideSelenium((folder) => printed(code, folder))).toEqual(promised(code));
    },
  );

  const notInFirefox = withoutTime ?? withoutFirefox;
  it.skipIf(notInFirefox).each(puppeteer)(
    named('run with Puppeteer in Firefox, too, and print the same', notInFirefox),
    async (code) => {
      const chromium = "executablePath: '/usr/bin/chromium', args: ['--no-sandbox']";
      const inFirefox = code.replace(chromium, "browser: 'firefox', executablePath: '/usr/bin/firefox-esr'");
      expect(inFirefox).not.toBe(code);
      expect(await printed(inFirefox)).toEqual(promised(code));
    },
  );

  it.skipIf(withoutTime ?? withoutChromium).each(playwright)(
    named('have one for Playwright, which passes', withoutTime ?? withoutChromium),
    async (code) => {
      const folder = await mkdtemp(`${root}/.tmp-`);
      try {
        await writeFile(`${folder}/example.spec.js`, code.replaceAll("'./examples/", "'../examples/"));
        const config = `import config from '../examples/playwright/playwright.config.js';
          export default { ...config, timeout: ${PATIENCE}, expect: { timeout: ${PATIENCE} }, testDir: ${JSON.stringify(folder)} };`;
        await writeFile(`${folder}/playwright.config.js`, config);
        expect(await playwrightStats(`${folder}/playwright.config.js`, folder)).toMatchObject({
          expected: 1,
          unexpected: 0,
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  it.each(
    sampled(
      programs.map((code, index) => [index + 1, code] as const),
      3,
    ),
  )('number %i runs as printed and prints what it says', async (_, code) => {
    expect(await printed(code)).toEqual(promised(code));
  });

  slow.each(fixtures)('have a fixture for vitest of less than ten lines, which passes', async (code) => {
    expect(code.trimEnd().split('\n').length).toBeLessThan(10);
    const folder = await mkdtemp(`${root}/.tmp-`);
    try {
      await writeFile(`${folder}/example.test.js`, code);
      const config = 'export default { test: { include: ["example.test.js"] } };';
      await writeFile(`${folder}/vitest.config.js`, config);
      const { VITEST: _, ...env } = process.env;
      const args = ['node_modules/vitest/vitest.mjs', 'run', '--root', folder, '--reporter', 'json'];
      args.push('--testTimeout', String(PATIENCE));
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
      expect(stdout).toMatch(/"numPassedTests":1,/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('begin with one of twelve lines', () => {
    expect(examples[0]?.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  });
});

describe('the shell example of the README', () => {
  slow('runs as printed and prints what it says', async () => {
    const [, code = ''] = /```sh\n(export STUNTKEY_STORE[\s\S]*?)```/.exec(readme) ?? [];
    const folder = await mkdtemp(`${tmpdir()}/stuntkey-readme-`);
    try {
      await mkdir(`${folder}/bin`);
      await symlink(`${root}/bin/stuntkey.js`, `${folder}/bin/stuntkey`);
      const env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` };
      const { stdout } = await promisify(execFile)('bash', ['-c', code], { cwd: folder, env });
      const [path, ...rest] = stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/^.*signCount: /, ''));
      expect(path).toMatch(/\/key$/);
      expect(rest).toEqual([...code.matchAll(/ # (\d+)$/gm)].map(([, number]) => number));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the first two commands of the README', () => {
  it('are the demo and the tests', () => {
    const commands = /```sh\n([\s\S]*?)```/.exec(readme)?.[1]?.trim().split('\n');
    expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  });
});
