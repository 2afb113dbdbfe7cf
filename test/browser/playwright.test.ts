import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from '@playwright/test';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { attach } from '../../src/browser/playwright/attach.ts';
import { readTraceFile } from '../../src/decode/trace/read-file.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';
import { type LoginServer, patient, withoutChromium } from './chromium.ts';
import { playwrightStats, sharedPlaywright } from './playwright.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inChromium = describe.skipIf(withoutChromium);

const withoutExample = withoutTime ?? withoutChromium;

describe.skipIf(withoutExample)(named('the example for Playwright Test', withoutExample), () => {
  it('passes, storage states to Playwright and back included', async () => {
    const folder = await mkdtemp(`${tmpdir()}/stuntkey-`);
    try {
      const stats = await playwrightStats('examples/playwright/playwright.config.js', folder);
      expect(stats.unexpected, stats.output).toBe(0);
      expect(stats.expected).toBe(5);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** The person declines, and the test fails for it. */
const FAILING = `import { test } from 'stuntkey/playwright';
test('fails', async ({ page, stuntkey }) => {
  stuntkey.user.next({ presence: 'decline' });
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<title>A page</title>' }));
  await page.goto('https://example.com/');
  await page.evaluate(() => navigator.credentials.create({ publicKey: {
    rp: { name: 'E' }, user: { id: new Uint8Array(1), name: 'a', displayName: 'A' }, challenge: new Uint8Array(16),
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }));
});`;

describe.skipIf(withoutExample)(named('a test of Playwright’s that fails', withoutExample), () => {
  it('has what was refused as an annotation, its first lines in the terminal, and the whole as an attachment', async () => {
    const folder = await mkdtemp(`${root}/.tmp-`);
    try {
      await writeFile(`${folder}/failing.spec.js`, FAILING);
      await writeFile(
        `${folder}/playwright.config.js`,
        `import config from '../examples/playwright/playwright.config.js';
         export default { ...config, testDir: ${JSON.stringify(folder)} };`,
      );
      const { unexpected, output } = await playwrightStats(`${folder}/playwright.config.js`, folder);
      expect(unexpected, output).toBe(1);
      const told =
        /create at https:\/\/example\.com\\n {2}refused: NotAllowedError.*?wayOut: the person declined/;
      const [annotation] = /"annotations": \[[^\]]*"type": "stuntkey"[^\]]*\]/.exec(output) ?? [];
      expect(annotation).toMatch(told);
      const [terminal] = /"stderr": \[[^\]]*\]/.exec(output) ?? [];
      expect(terminal).toMatch(told);
      const [, body = ''] =
        /"name": "stuntkey",\s+"contentType": "text\/plain",\s+"body": "([^"]+)"/.exec(output) ?? [];
      expect(Buffer.from(body, 'base64').toString()).toContain('command: authenticatorMakeCredential (0x01)');
      const [, page = ''] =
        /"name": "stuntkey\.html",\s+"contentType": "text\/html",\s+"path": "([^"]+)"/.exec(output) ?? [];
      const { title, traces } = readTraceFile(await readFile(page, 'utf8'));
      expect([title, traces.length]).toEqual(['failing.spec.js › fails', 1]);
      expect(traces[0]?.ceremony.outcome).toMatchObject({
        refused: expect.stringMatching(/^NotAllowedError/),
      });
      // It opens from the disk, the reason at the first look, and asks for nothing else.
      const context = await (await sharedPlaywright()).newContext();
      const opened = await context.newPage();
      const asked: string[] = [];
      const problems: string[] = [];
      opened.on('request', (request) => asked.push(request.url()));
      opened.on('pageerror', (error) => problems.push(String(error)));
      opened.on('console', (message) => problems.push(message.text()));
      await opened.goto(pathToFileURL(page).href);
      const refusal = opened.getByRole('region', { name: 'Why it was refused' });
      await refusal
        .getByText('the person declined, or was not recognized: have them approve')
        .waitFor({ timeout: 0 });
      expect(await opened.getByRole('heading', { level: 1 }).innerText()).toBe('failing.spec.js › fails');
      expect([problems, asked.filter((url) => !url.startsWith('data:'))]).toEqual([
        [],
        [pathToFileURL(page).href],
      ]);
      await context.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Mistakes in a file each, and what they are answered with. */
const MISTAKES: readonly (readonly [string, RegExp])[] = [
  [
    "test.use({ stuntkey: { mode: 'cdp' } });",
    /expected false, for tests without a device, got an object; .*stuntkeyOptions: \{ … \}/,
  ],
  [
    'test.use({ stuntkey: true });',
    /expected false, for tests without a device, got true; without that line tests have one/,
  ],
  [
    "test.use({ stuntkeyOptions: { mod: 'cdp' } });",
    /stuntkeyOptions\.mod: there is no such member; did you mean mode\?/,
  ],
  [
    "test.use({ stuntkeyOptions: { mode: 'CDP' } });",
    /stuntkeyOptions\.mode: expected one of page, cdp, proxy, got .*CDP.*; did you mean cdp\?/,
  ],
  ["test.use({ stuntkeyOptions: { model: 'yubikey-bio' } });", /model: expected as an option of the device/],
  [
    "test.use({ stuntkeyOptions: { user: { presence: 'decline' } } });",
    /user: expected a person who can be told what to do: new ScriptedUser\(\)/,
  ],
  [
    "test.use({ stuntkeyOptions: { credentials: 'state.json' } });",
    /credentials: expected an array of passkeys, .*not the path/,
  ],
  [
    'test.use({ stuntkeyOptions: { credentials: { cookies: [], origins: [] } } });',
    /credentials: expected a storage state with passkeys, .*credentials: true/,
  ],
  ['test.use({ stuntkeyOptions: null });', /stuntkeyOptions: expected options, such as .*, got null/],
  [
    'EXPECT(page).toHaveCredential()',
    /expect: expected the fixture stuntkey .*, got an instance of _?Page without playwrightState/,
  ],
  [
    'EXPECT(stuntkey).not.toHaveCredential({ rpID: 1 })',
    /toHaveCredential\.rpID: there is no such member; did you mean rpId\?/,
  ],
  [
    "EXPECT(stuntkey).toHaveCredential({ algorithm: 'ES256' })",
    /toHaveCredential\.algorithm: expected the COSE number of an algorithm/,
  ],
  [
    'EXPECT(stuntkey).toHaveCredential({}, 1000)',
    /toHaveCredential: expected options such as \{ timeout: 1000 \}, in milliseconds, got 1000/,
  ],
];

describe.skipIf(withoutExample)(named('a mistake in a test of Playwright’s', withoutExample), () => {
  it('is answered with the mistake and the way out', async () => {
    const folder = await mkdtemp(`${root}/.tmp-`);
    try {
      for (const [place, [mistake]] of MISTAKES.entries()) {
        const body = mistake.startsWith('EXPECT') ? `await ${mistake.replace('EXPECT', 'expect')};` : '';
        await writeFile(
          `${folder}/mistake-${place}.spec.js`,
          `import { expect, test } from 'stuntkey/playwright';
           ${body === '' ? mistake : ''}
           // (A failure that is expected does not cost the worker, and its browser.)
           test.fail('is made', async ({ page, stuntkey }) => { ${body} });`,
        );
      }
      const config = `import config from '../examples/playwright/playwright.config.js';
         export default { ...config, testDir: ${JSON.stringify(folder)}, workers: 1`;
      await writeFile(`${folder}/playwright.config.js`, `${config} };`);
      const { expected, unexpected, output } = await playwrightStats(
        `${folder}/playwright.config.js`,
        folder,
      );
      expect([expected, unexpected], output).toEqual([MISTAKES.length, 0]);
      for (const [mistake, answer] of MISTAKES) expect(output, mistake).toMatch(answer);
      // In the configuration, where Playwright takes it for an option of others.
      await writeFile(
        `${folder}/playwright.config.js`,
        `${config}, use: { ...config.use, stuntkeyOption: { mode: 'cdp' } }, testMatch: 'mistake-0.spec.js' };`,
      );
      await writeFile(
        `${folder}/mistake-0.spec.js`,
        "import { test } from 'stuntkey/playwright'; test('is made', async ({ page }) => {});",
      );
      const configured = await playwrightStats(`${folder}/playwright.config.js`, folder);
      expect(configured.output).toMatch(
        /use\.stuntkeyOption: there is no such option; did you mean stuntkeyOptions\?/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Tests that do not name the device: it is there; off by `stuntkey: false`; and where it cannot be, only who asks for it fails. */
const UNNAMED = `import { expect, test } from 'stuntkey/playwright';
const register = (page) => page.evaluate(() => navigator.credentials.create({ publicKey: {
  rp: { name: 'E' }, user: { id: new Uint8Array(1), name: 'a', displayName: 'A' }, challenge: new Uint8Array(16),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }], timeout: 100 } }).then(({ type }) => type, ({ name }) => name));
const visit = async (page) => {
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<title>A page</title>' }));
  await page.goto('https://example.com/');
};
test('has the device', async ({ page }) => {
  await visit(page);
  expect(await register(page)).toBe('public-key');
});
test('opens no page', async ({ stuntkey, context }) => {
  expect(() => stuntkey.passkeys).toThrow(/first page/);
  expect(context.pages()).toEqual([]);
});
test.describe('off', () => {
  test.use({ stuntkey: false });
  test('leaves pages to the browser', async ({ page, stuntkey }) => {
    expect(stuntkey).toBe(false);
    await visit(page);
    expect(await page.evaluate(() => String(navigator.credentials.create))).toContain('[native code]');
  });
});
test.describe('not to be attached', () => {
  // A proxy needs a persistent context.
  test.use({ stuntkeyOptions: { mode: 'proxy' } });
  test('reads a page', async ({ page }) => {
    await visit(page);
    expect(await page.title()).toBe('A page');
  });
  test('asks for WebAuthn', async ({ page }) => {
    await visit(page);
    expect(await register(page)).toBe('NotAllowedError');
  });
});`;

describe.skipIf(withoutExample)(
  named('a test of Playwright’s that does not name the device', withoutExample),
  () => {
    it('has it all the same, unless it is off, and fails for want of it only where a page asks', async () => {
      const folder = await mkdtemp(`${root}/.tmp-`);
      try {
        await writeFile(`${folder}/unnamed.spec.js`, UNNAMED);
        await writeFile(
          `${folder}/playwright.config.js`,
          `import config from '../examples/playwright/playwright.config.js';
         export default { ...config, testDir: ${JSON.stringify(folder)} };`,
        );
        const { expected, unexpected, output } = await playwrightStats(
          `${folder}/playwright.config.js`,
          folder,
        );
        expect([expected, unexpected], output).toEqual([4, 1]);
        expect(output).toMatch(/mode proxy: /);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  },
);

inChromium(named('devices attached to a context of Playwright’s', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await sharedPlaywright();
  });
  beforeEach(async () => {
    server = await startLoginServer();
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await server.close();
  });

  const CALL = 'navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), timeout: 100 } })';
  const native = 'String(navigator.credentials.create).startsWith("function create")';

  slow.each(['page', 'cdp'] as const)(
    'by mode %s are gone after detach, and can come again',
    async (mode) => {
      const page = patient(await context.newPage());
      await page.goto(server.origin);
      const passkeys = await attach(context, new Authenticator(), { mode });
      await expect(attach(page, new Authenticator())).rejects.toMatchObject({ code: 'already-attached' });
      expect(await page.evaluate(native)).toBe(mode === 'cdp');
      await passkeys.detach();
      expect(await page.evaluate(native)).toBe(true);
      expect(await page.evaluate('"__stuntkey" in globalThis')).toBe(false);
      await page.reload();
      expect(await page.evaluate(native)).toBe(true);
      await (await attach(context, new Authenticator(), { mode })).detach();
    },
  );

  it('know a frame’s origin from its address and its sandbox, not from what it says', async () => {
    const origins: string[] = [];
    const passkeys = await attach(context, new Authenticator());
    passkeys.on('refused', ({ origin }) => void origins.push(origin));
    const page = patient(await context.newPage());
    await page.goto(server.origin);
    const { port } = new URL(server.origin);
    const frame = async (attributes: object): Promise<void> => {
      await page.evaluate(`new Promise((loaded) => {
        const element = document.createElement('iframe');
        for (const [name, value] of Object.entries(${JSON.stringify(attributes)})) element.setAttribute(name, value);
        element.onload = loaded;
        document.body.append(element);
      }).then(() => 0)`);
      const inside = page.frames().at(-1);
      // Refused here and there for its own reason: what counts is whom it is taken for.
      await inside?.evaluate(`Object.defineProperty(self, 'origin', { value: 'https://evil.example' });
        ${CALL}.catch(() => 0)`);
    };
    const allow = 'publickey-credentials-get';
    await frame({ src: `http://other.localhost:${port}/`, allow });
    await frame({ src: `${server.origin}/`, sandbox: 'allow-scripts', allow: `${allow} *` });
    await frame({ srcdoc: '<title>inside</title>' });
    expect(origins).toEqual([`http://other.localhost:${port}`, 'null', server.origin]);
    await passkeys.detach();
  });

  slow('tell of ceremonies, decoded', async () => {
    const passkeys = await attach(context, new Authenticator());
    const told: string[] = [];
    passkeys.on('registered', ({ id, ceremony }) => void told.push(id, String(ceremony)));
    const page = patient(await context.newPage());
    await page.goto(server.origin);
    await page.click('#register');
    await page.waitForSelector('output:not(:empty)');
    expect(told[1]).toContain('authenticatorMakeCredential');
    await passkeys.detach();
  });
});
