/** Browser tools of others, each with its example, as they are on npm and in Debian. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { deviceScript } from '../../src/entries/inject.ts';
import {
  CHROMIUM_ARGUMENTS,
  patient,
  sharedBrowser,
  withoutChromedriver,
  withoutChromium,
} from '../browser/chromium.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { example, linked, ran, root, type ToolStage, toolStage } from './stage.ts';

/** Debian's, which has Debian's packages. */
const PYTHON = '/usr/bin/python3';

const without = (judge: string): string | undefined => withoutTime ?? withoutChromium ?? whyNoJudge(judge);
const withoutPythonSelenium =
  withoutTime ??
  withoutChromedriver ??
  whyNot(['python3-selenium'], () => runs(PYTHON, '-c', 'import selenium'));

let stage: ToolStage;
const staged = (): void => {
  beforeEach(async () => {
    stage = await toolStage();
  });
  afterEach(() => stage.close());
};

/** A static site on loopback. */
async function served(folder: string): Promise<{ readonly url: string; readonly server: Server }> {
  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    readFile(join(folder, path === '/' ? 'index.html' : path)).then(
      (bytes) => {
        response.setHeader('content-type', types[extname(path) || '.html'] ?? 'application/octet-stream');
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, server };
}

const withoutTestCafe = without('testcafe');
describe.skipIf(withoutTestCafe)(named('TestCafe', withoutTestCafe), () => {
  staged();
  slow('signs up and in, by clientScripts', async () => {
    const browser = `chromium:headless ${CHROMIUM_ARGUMENTS.join(' ')}`;
    const { code, output } = await ran(
      process.execPath,
      [
        judgesFile('testcafe', 'testcafe/bin/testcafe-with-v8-flag-filter.js'),
        browser,
        example('testcafe/sign-in.js'),
      ],
      { env: stage.env },
    );
    expect([code, output]).toEqual([0, expect.stringMatching(/1 passed/)]);
    expect(stage.authenticator.credentials.list()).toMatchObject([{ userName: 'ada', signCount: 1 }]);
  });
});

const withoutStorybook = without('storybook');
describe.skipIf(withoutStorybook)(named('Storybook', withoutStorybook), () => {
  slow('shows each situation in its static build, without a process beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stuntkey-storybook-'));
    try {
      await cp(example('storybook'), folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await mkdir(join(folder, 'node_modules'));
      const modules = judgesFile('storybook', '');
      const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
      await linked(folder, {
        ...Object.fromEntries(names.map((name) => [name, join(modules, name)])),
        stuntkey: root,
      });
      const { code, output } = await ran(
        process.execPath,
        [join(modules, 'storybook/dist/bin/dispatcher.js'), 'build', '--quiet', '--output-dir', 'site'],
        { cwd: folder, env: { STORYBOOK_DISABLE_TELEMETRY: '1', CI: '1' } },
      );
      expect([code, output]).toEqual([0, expect.anything()]);
      const { url, server } = await served(join(folder, 'site'));
      const page = patient(await (await sharedBrowser()).newPage());
      try {
        const shown = async (story: string): Promise<unknown> => {
          await page.goto(`${url}/iframe.html?id=sign-in--${story}&viewMode=story`);
          await page.waitForFunction(
            `document.querySelector('output')?.textContent && (document.querySelector('output').textContent.startsWith('Waiting') === ${story === 'waiting'})`,
          );
          return page.evaluate(`document.querySelector('output').textContent`);
        };
        expect([
          await shown('cancelled'),
          await shown('waiting'),
          await shown('wrong-account'),
          await shown('locked'),
          await shown('signed-in'),
        ]).toEqual([
          'Nothing happened. Try again?',
          'Waiting for your passkey …',
          'No account here has this passkey.',
          'Nothing happened. Try again?',
          'Welcome back.',
        ]);
      } finally {
        await page.close();
        server.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});

const withoutVitestBrowser = without('vitest-browser');
describe.skipIf(withoutVitestBrowser)(named('vitest’s browser mode', withoutVitestBrowser), () => {
  slow('signs up and in, with a device in the page of the tests', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stuntkey-vitest-browser-'));
    try {
      await cp(example('vitest-browser'), folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await mkdir(join(folder, 'node_modules'));
      const modules = judgesFile('vitest-browser', '');
      const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
      await linked(folder, {
        ...Object.fromEntries(names.map((name) => [name, join(modules, name)])),
        stuntkey: root,
      });
      const { code, output } = await ran(process.execPath, [join(modules, 'vitest/vitest.mjs'), 'run'], {
        cwd: folder,
      });
      expect([code, output]).toEqual([0, expect.stringMatching(/2 passed/)]);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});

describe.skipIf(withoutPythonSelenium)(named('Selenium in Python', withoutPythonSelenium), () => {
  staged();
  slow('signs up and in, by a script of the DevTools protocol', async () => {
    const { code, output } = await ran(PYTHON, [example('selenium/sign_in.py')], {
      env: { ...stage.env, CHROME_ARGUMENTS: `--headless ${CHROMIUM_ARGUMENTS.join(' ')}` },
    });
    expect([code, output]).toEqual([0, 'ada is registered\nwelcome, ada\n']);
  });
});

const missing = withoutTime ?? withoutChromium;
describe.skipIf(missing)(named('Playwright', missing), () => {
  staged();
  slow('signs up and in, by add_init_script as all of its languages have it', async () => {
    const { code, output } = await ran(process.execPath, [example('playwright/sign-in.js')], {
      env: { ...stage.env, CHROMIUM: '/usr/bin/chromium' },
    });
    expect([code, output]).toEqual([0, 'ada is registered\nwelcome, ada\n']);
  });
});

describe.skipIf(missing)(named('a page by hand', missing), () => {
  slow('signs up and in, by one script element', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stuntkey-page-'));
    await cp(example('page'), folder, { recursive: true });
    await writeFile(join(folder, 'stuntkey.js'), deviceScript({ keep: 'tab' }));
    const { url, server } = await served(folder);
    const page = patient(await (await sharedBrowser()).newPage());
    try {
      const press = async (button: string): Promise<unknown> => {
        await page.goto(url);
        await page.click(`#${button}`);
        await page.waitForFunction(`document.querySelector('output').textContent`);
        return page.evaluate(`document.querySelector('output').textContent`);
      };
      expect([await press('register'), await press('login')]).toEqual([
        'registered: public-key',
        'signed in: public-key',
      ]);
    } finally {
      await page.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
