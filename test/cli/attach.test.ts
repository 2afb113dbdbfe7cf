import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { allExchanges, type CapturedExchange, exchangeTree } from '../../src/entries/capture.ts';
import {
  CHROMIUM_ARGUMENTS,
  type LoginServer,
  PATIENT,
  patient,
  SHARED,
  startHome,
  withoutChromium,
  withoutFirefox,
} from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { sampled, slow, withoutTime } from '../slow.ts';
import { Staying } from './staying.ts';

let folder: string;
let started: Staying[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stuntkey-'));
  started = [];
});
afterEach(async () => {
  for (const one of started) one.signal('SIGKILL');
  await Promise.all(started.map((one) => one.end()));
  await rm(folder, { recursive: true });
});

function attach(
  args: readonly string[],
  node: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Staying {
  const one = new Staying(['attach', '--store', join(folder, 'key'), ...args], env, node);
  started.push(one);
  return one;
}

describe.skipIf(withoutChromium)(named('stuntkey attach', withoutChromium), () => {
  let profile: string;
  let chromium: ChildProcess;
  let url: string;
  let browser: Browser;
  let server: LoginServer;

  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'stuntkey-chromium-'));
    const args = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
    chromium = spawn(SHARED, [...CHROMIUM_ARGUMENTS, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const socket = await new Promise<string>((resolve) => {
      chromium.stderr?.on('data', (chunk) => {
        said += chunk;
        const [, found] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    url = `http://${new URL(socket).host}`;
    browser = await puppeteer.connect({ browserURL: url });
  });
  afterAll(async () => {
    const ended = once(chromium, 'exit');
    await browser?.close();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });

  // A server of its own for each test: it lists every passkey it has, and Chromium's device counts a look for each.
  beforeEach(async () => {
    server = await startHome();
  });
  afterEach(() => server.close());

  async function home() {
    const page = patient(await browser.newPage());
    await page.goto(server.origin);
    return page;
  }

  it.each(sampled(['page', 'cdp'], 2))(
    'lets the pages use the key in mode %s, tells of it, and takes it away again',
    async (mode) => {
      const page = await home();
      const one = attach(['--browser-url', url, '--mode', mode, '--yes', '--json']);
      expect(JSON.parse(await one.line())).toMatchObject({ event: 'attached', mode });
      await page.evaluate('register("ada")');
      const registered = JSON.parse(await one.line());
      expect(registered).toMatchObject({ event: 'registered', id: expect.any(String) });
      const { welcome, counter } = (await page.evaluate('login()')) as { welcome: string; counter: number };
      expect(welcome).toBe('ada');
      expect(JSON.parse(await one.line())).toMatchObject({ event: 'authenticated', id: registered.id });
      one.signal('SIGINT');
      expect(JSON.parse(await one.line())).toEqual({ event: 'detached', reason: 'told to stop' });
      expect(await one.end()).toBe(0);
      const native = 'Function.prototype.toString.call(CredentialsContainer.prototype.create)';
      expect(await page.evaluate(native)).toContain('[native code]');
      // The key is the one that the other commands have.
      const list = new Staying(['credentials', 'list', '--store', join(folder, 'key'), '--json']);
      started.push(list);
      expect(JSON.parse(await list.line())).toMatchObject({
        id: registered.id,
        rpId: 'localhost',
        signCount: counter,
      });
      await page.close();
    },
  );

  slow('keeps what a page asks in a recording, without the names of its users', async () => {
    const page = await home();
    const file = join(folder, 'key.pcapng');
    const one = attach(['--browser-url', url, '--mode', 'page', '--yes', '--json', '--record', file]);
    expect(JSON.parse(await one.line())).toMatchObject({ event: 'attached' });
    await page.evaluate('register("ada lovelace")');
    const { id } = JSON.parse(await one.line());
    await page.evaluate('login()');
    expect(JSON.parse(await one.line())).toMatchObject({ event: 'authenticated' });
    one.signal('SIGINT');
    expect(JSON.parse(await one.line())).toMatchObject({ event: 'detached' });
    expect(await one.end()).toBe(0);
    const { exchanges, cut } = await allExchanges(createReadStream(file));
    expect(cut).toBe(false);
    const asked = (command: number) => exchanges.find(({ request }) => request[0] === command);
    const made = JSON.stringify(exchangeTree(asked(1) as CapturedExchange));
    expect(made).toContain('"id":"localhost"');
    expect(made).toContain(`"name":"${'x'.repeat('ada lovelace'.length)}"`);
    expect(made).toContain(`b64'${id}'`);
    const used = exchangeTree(asked(2) as CapturedExchange);
    expect(used).toMatchObject({
      request: { parameters: { rpId: 'localhost' } },
      response: { status: '0x00 CTAP2_OK' },
    });
    await page.close();
  });

  slow('tells of refusals, on stderr for people', async () => {
    const page = await home();
    const one = attach(['--browser-url', url, '--decline']);
    let line = await one.errorLine();
    while (!line.startsWith('attached')) line = await one.errorLine();
    expect(await page.evaluate('outcome(navigator.credentials.create(creation()))')).toBe('NotAllowedError');
    line = await one.errorLine();
    expect(line).toMatch(/^refused {2}http:\/\/localhost:\d+ {2}create {2}NotAllowedError/);
    expect(line).toContain('CTAP2_ERR_OPERATION_DENIED');
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);
    await page.close();
  });

  slow(
    'has a door beside the browser, which tells of its pages, and tells the person and the next fault',
    async () => {
      const page = await home();
      const one = attach(['--browser-url', url, '--http', '--json']);
      const door = JSON.parse(await one.line());
      expect(door).toEqual({ event: 'serving', url: expect.any(String), token: expect.any(String) });
      expect(JSON.parse(await one.line())).toMatchObject({ event: 'attached' });
      const ask = async (method: string, path: string, body?: object) => {
        const headers = { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' };
        const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
        const response = await fetch(door.url + path, init);
        // biome-ignore lint/suspicious/noExplicitAny: the test looks into it as it likes.
        return (await response.json().catch(() => undefined)) as any;
      };
      await page.evaluate('register("ada")');
      const { id } = JSON.parse(await one.line());
      expect((await ask('GET', '/credentials')).credentials).toMatchObject([{ id, userName: 'ada' }]);
      await ask('POST', '/user/next', { presence: 'decline' });
      expect(await page.evaluate('outcome(navigator.credentials.create(creation()))')).toBe(
        'NotAllowedError',
      );
      expect(JSON.parse(await one.line())).toMatchObject({ event: 'refused' });
      await ask('POST', '/faults/next', { fault: 'signature-from-other-key' });
      await expect(page.evaluate('login()')).rejects.toThrow();
      expect(JSON.parse(await one.line())).toMatchObject({ event: 'authenticated', id });
      await page.evaluate('login()');
      const { traces } = await ask('GET', '/traces');
      expect(
        traces.map(({ ceremony, refused }: Record<string, string>) => [ceremony, refused !== undefined]),
      ).toEqual([
        ['get', false],
        ['get', false],
        ['create', true],
        ['create', false],
      ]);
      one.signal('SIGTERM');
      expect(await one.end()).toBe(0);
      await expect(fetch(door.url)).rejects.toThrow();
      await page.close();
    },
  );

  slow(
    'finds the browser by its profile, and has the policy, the person and the fault that are given',
    async () => {
      const page = await home();
      await mkdir(join(folder, 'config'));
      await symlink(profile, join(folder, 'config', 'chromium'));
      const policy = JSON.stringify({ algorithms: [-8] });
      const person = JSON.stringify({ verification: 'fail' });
      const given = ['--policy', policy, '--person', person, '--fault', 'signature-from-other-key', '--json'];
      const one = attach(given, [], { XDG_CONFIG_HOME: join(folder, 'config') });
      expect(JSON.parse(await one.line())).toMatchObject({ event: 'attached', mode: 'page' });
      expect(one.stderr).toContain('found a browser at ws://127.0.0.1:');
      expect(
        await page.evaluate(
          `navigator.credentials.create(creation({ pubKeyCredParams: [{ type: 'public-key', alg: -8 }], authenticatorSelection: { residentKey: 'discouraged', userVerification: 'discouraged' } }))
          .then(({ response }) => response.getPublicKeyAlgorithm())`,
        ),
      ).toBe(-8);
      expect(
        await page.evaluate(`outcome(navigator.credentials.get(request({ userVerification: 'required' })))`),
      ).toBe('NotAllowedError');
      one.signal('SIGTERM');
      expect(await one.end()).toBe(0);
      await page.close();
    },
  );

  slow('starts a browser, and ends it and its profile at the end', async () => {
    const script = `<script>navigator.credentials.create({ publicKey: { rp: { name: 'x' }, user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
      challenge: new Uint8Array(32), pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } })</script>`;
    const site = await startLoginServer({ pages: { '/': script } });
    try {
      const flags = ['--launch', 'chromium', '--headless', '--yes', '--json', '--model', 'yubikey-5-nfc'];
      const one = attach([...flags, '--', ...CHROMIUM_ARGUMENTS, site.origin]);
      const events = [JSON.parse(await one.line()), JSON.parse(await one.line())];
      // (The page may register before all of its browser's pages are attached.)
      expect(events.map(({ event }) => event).toSorted()).toEqual(['attached', 'registered']);
      one.signal('SIGINT');
      expect(await one.end()).toBe(0);
    } finally {
      await site.close();
    }
  });

  slow('ends by itself when the browser does', async () => {
    const own = await mkdtemp(join(tmpdir(), 'stuntkey-chromium-'));
    const other = await puppeteer.launch({
      ...PATIENT,
      executablePath: '/usr/bin/chromium',
      args: [...CHROMIUM_ARGUMENTS, `--user-data-dir=${own}`],
    });
    const [port] = (await readFile(join(own, 'DevToolsActivePort'), 'utf8')).split('\n');
    const one = attach(['--browser-url', `http://127.0.0.1:${port}`, '--json']);
    await one.line();
    await other.close();
    expect(JSON.parse(await one.line())).toEqual({ event: 'detached', reason: 'the browser is gone' });
    expect(await one.end()).toBe(0);
    await rm(own, { recursive: true, force: true, maxRetries: 10 });
  });
});

const withoutBidi = withoutTime ?? withoutFirefox;
describe.skipIf(withoutBidi)(named('stuntkey attach with Firefox', withoutBidi), () => {
  slow('starts it, and lets its pages use the key over WebDriver BiDi', async () => {
    const script = `<script>setTimeout(() => navigator.credentials.create({ publicKey: { rp: { name: 'x' }, user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
      challenge: new Uint8Array(32), pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }), 0)</script>`;
    const site = await startLoginServer({
      pages: { '/': `<meta http-equiv="refresh" content="1">${script}` },
    });
    try {
      const one = attach(['--launch', 'firefox', '--headless', '--yes', '--json', site.origin]);
      const events = new Map<string, Record<string, string>>();
      while (!events.has('registered') || !events.has('attached')) {
        const told = JSON.parse(await one.line());
        events.set(told.event, told);
      }
      expect(events.get('attached')?.browser).toMatch(/^firefox\//i);
      expect(events.get('registered')).toMatchObject({ origin: site.origin });
      one.signal('SIGINT');
      expect(await one.end()).toBe(0);
    } finally {
      await site.close();
    }
  });
});

describe('stuntkey attach without a browser', () => {
  it.each(
    sampled(
      [
        [['--browser-url', 'http://127.0.0.1:9'], 1, /expected a browser with remote debugging/],
        [[], 2, /--browser-url/],
        [['--browser-url', 'nowhere'], 2, /expected http:\/\/ or ws:\/\//],
        [['--browser-url', 'http://127.0.0.1:9', '--mode', 'usb'], 2, /page, cdp/],
        [['--browser-url', 'http://127.0.0.1:9', '--launch', 'chromium'], 2, /--browser-url or --launch/],
        [['--headless'], 2, /expected --launch with --headless/],
        [['http://localhost:3000'], 2, /expected --launch/],
        [['--launch', 'opera'], 2, /chromium, firefox/],
        [['--launch', 'chromium', '--executable', '/nowhere'], 1, /expected it to listen/],
        [
          ['--browser-url', 'http://127.0.0.1:9', '--mode', 'cdp', '--fault', 'x'],
          2,
          /--mode page with --fault/,
        ],
        [['--browser-url', 'http://127.0.0.1:9', '--fault', 'no-such'], 2, /no-such/],
        [['--browser-url', 'http://127.0.0.1:9', '--person', '{"presence":"maybe"}'], 2, /presence/],
        [['--browser-url', 'http://127.0.0.1:9', '--person', '{}', '--decline'], 2, /--person or the flags/],
      ] as const,
      13,
    ),
  )('%j: says what is wrong', async (args, code, message) => {
    const one = attach(args);
    expect(await one.end()).toBe(code);
    expect(one.stderr).toMatch(message);
  });

  it('needs no driver beside it', async () => {
    const hook = join(folder, 'hook.mjs');
    const code = `import { register } from 'node:module';
      const resolve = "export async function resolve(name, context, next) { if (name === 'puppeteer-core') throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' }); return next(name, context); }";
      register('data:text/javascript,' + encodeURIComponent(resolve));`;
    await writeFile(hook, code);
    const one = attach(['--browser-url', 'http://127.0.0.1:9'], ['--import', hook]);
    expect(await one.end()).toBe(1);
    expect(one.stderr).toMatch(/expected a browser with remote debugging/);
    expect(one.stderr).not.toMatch(/puppeteer/);
  });
});
