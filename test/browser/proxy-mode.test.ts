import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import playwright from '@playwright/test';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { visit } from '../../examples/login-server/browser.js';
import type { CeremonyEvents } from '../../src/browser/events.ts';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach, type Passkeys } from '../../src/browser/puppeteer.ts';
import { Authenticator, ScriptedUser, WebAuthnClient } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';
import { type LoginServer, launch, patient, startHome, withoutChromium } from './chromium.ts';

const DISCOVERABLE = 'creation({ authenticatorSelection: { residentKey: "required" } })';
const EXTENSIONS = { enableExtensions: true, pipe: true };

/** Where temporary files go here, so that others' tests are not in the way. */
const temporary = mkdtempSync(join(tmpdir(), 'stuntkey-tests-'));
beforeAll(() => {
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

/** Folders in which there is an extension of ours. */
const folders = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('stuntkey-proxy-'));

describe.skipIf(withoutChromium)(named('mode proxy, in Chromium', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let page: Page;
  let user: ScriptedUser;
  let authenticator: Authenticator;
  let passkeys: Passkeys;
  const run = <T>(code: string, where: Page | Frame = page): Promise<T> => where.evaluate(code) as Promise<T>;

  beforeAll(async () => {
    browser = await launch(EXTENSIONS);
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    server = await startHome();
    page = patient(await browser.newPage());
    await page.goto(`${server.origin}/`);
    user = new ScriptedUser();
    authenticator = new Authenticator({ user });
    passkeys = await attach(browser, authenticator, { mode: 'proxy' });
  });
  afterEach(async () => {
    await passkeys?.detach();
    const [first, ...others] = await browser.pages();
    for (const other of first === undefined ? [] : others) await other.close();
    await server.close();
  });

  slow('continues one counter in the page and in Node', async () => {
    expect(await run('register("ada")')).toEqual({ registered: 'ada' });
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 1 });
    const { post } = visit(server.url);
    const client = new WebAuthnClient({ origin: server.origin, authenticator });
    const verified = await post('/login/verify', await client.get(await post('/login/options')));
    expect(verified).toEqual({ welcome: 'ada', counter: 2 });
    await page.goto(`${server.origin}/other`);
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 3 });
  });

  slow('leaves the page everything native, objects and functions', async () => {
    const found = await run(`navigator.credentials.create(${DISCOVERABLE}).then((made) => ({
      classes: [made instanceof PublicKeyCredential, made.response instanceof AuthenticatorAttestationResponse],
      own: Object.getOwnPropertyNames(made),
      functions: [navigator.credentials.create, navigator.credentials.get, made.toJSON, PublicKeyCredential.getClientCapabilities]
        .map((one) => /\\[native code\\]/.test(Function.prototype.toString.call(one))),
      aaguid: String.fromCharCode(...new Uint8Array(made.response.getAuthenticatorData()).slice(37, 53)),
      json: made.toJSON().response.clientDataJSON,
    }))`);
    expect(found).toMatchObject({
      classes: [true, true],
      own: [],
      functions: [true, true, true, true],
      aaguid: 'stuntkey test 01',
    });
    const { json } = found as { json: string };
    expect(JSON.parse(Buffer.from(json, 'base64url').toString())).toEqual({
      type: 'webauthn.create',
      challenge: 'A'.repeat(43),
      origin: server.origin,
      crossOrigin: false,
    });
  });

  slow('is there before a page’s first script, in new pages and popups', async () => {
    const eager = patient(await browser.newPage());
    await eager.goto(`${server.origin}/eager`);
    expect(await run('eager', eager)).toBe('ok');
    await page.bringToFront();
    await run('register("grace")');
    const popup = new Promise<Page | null>((resolve) => {
      page.once('popup', resolve);
    });
    await run('void window.open("/other")');
    const opened = (await popup) as Page;
    await opened.waitForFunction('typeof login === "function"');
    expect(await run('login()', opened)).toMatchObject({ welcome: 'grace', counter: 1 });
  });

  slow('takes frames of other sites as Chromium lets them, and says that they are', async () => {
    const inFrame = async (allow: string): Promise<unknown> => {
      const { port } = new URL(server.origin);
      await run(`new Promise((loaded) => {
        const frame = document.createElement('iframe');
        Object.assign(frame, { src: 'http://frame.localhost:${port}/frame', allow: '${allow}', onload: loaded });
        document.body.append(frame);
      }).then(() => 0)`);
      return run(
        `navigator.credentials.create(creation()).then(({ response }) =>
          JSON.parse(new TextDecoder().decode(response.clientDataJSON)), ({ name }) => name)`,
        page.frames().at(-1),
      );
    };
    expect(await inFrame('')).toBe('NotAllowedError');
    expect(await inFrame('publickey-credentials-get; publickey-credentials-create')).toMatchObject({
      origin: expect.stringMatching(/^http:\/\/frame\.localhost:/),
      crossOrigin: true,
    });
  });

  it('lets Chromium refuse an RP ID of another site, without being asked', async () => {
    const refused: unknown[] = [];
    passkeys.on('refused', (event) => refused.push(event));
    const elsewhere = 'creation({ rp: { id: "example.com", name: "E" } })';
    expect(await run(`outcome(navigator.credentials.create(${elsewhere}))`)).toBe('SecurityError');
    expect(refused).toEqual([]);
    expect(authenticator.credentials.list()).toEqual([]);
  });

  slow(
    'takes an RP ID of which the origin is a subdomain, and the origin from Chromium whatever the page says',
    async () => {
      const { port } = new URL(server.origin);
      await page.goto(`http://login.localhost:${port}/`);
      const override =
        '{ remoteDesktopClientOverride: { origin: "https://example.com", sameOriginWithAncestors: true } }';
      const told = new Promise<CeremonyEvents['registered']>((resolve) => {
        passkeys.on('registered', resolve);
      });
      const made = run<string>(
        `navigator.credentials.create(creation({ rp: { id: "login.localhost", name: "E" }, extensions: ${override} })).then(({ id }) => id)`,
      );
      expect(await told).toMatchObject({ id: await made, origin: `http://login.localhost:${port}` });
    },
  );

  slow(
    'asks the person and the device as they are: refusals by name, with the reason for listeners',
    async () => {
      const refused: CeremonyEvents['refused'][] = [];
      passkeys.on('refused', (event) => refused.push(event));
      user.next({ presence: 'decline' });
      expect(await run(`outcome(navigator.credentials.create(creation()))`)).toBe('NotAllowedError');
      expect(await run('outcome(navigator.credentials.get(request()))')).toBe('NotAllowedError');
      expect(refused).toMatchObject([
        { operation: 'create', origin: server.origin, error: { name: 'NotAllowedError' } },
        { operation: 'get', origin: server.origin, error: { name: 'NotAllowedError' } },
      ]);
      const again = `navigator.credentials.create(${DISCOVERABLE}).then(({ rawId }) =>
      outcome(navigator.credentials.create(creation({ excludeCredentials: [{ type: "public-key", id: rawId }] }))))`;
      expect(await run(again)).toBe('InvalidStateError');
    },
  );

  slow('makes no key that Chromium cannot read, and says so to the page, or at once', async () => {
    const among = (...ids: number[]): string =>
      `creation({ pubKeyCredParams: ${JSON.stringify(ids.map((alg) => ({ type: 'public-key', alg })))} })`;
    await passkeys.detach();
    authenticator = new Authenticator({ policy: { algorithms: [-35, -8, -7] } });
    passkeys = await attach(browser, authenticator, { mode: 'proxy' });
    const made = `navigator.credentials.create(${among(-35, -8)}).then(({ response }) => response.getPublicKeyAlgorithm())`;
    expect(await run(made)).toBe(-8);
    const message = `navigator.credentials.create(${among(-35)}).catch((error) => \`\${error.name}: \${error.message}\`)`;
    expect(await run(message)).toMatch(/^NotSupportedError: .*algorithms -35/);
    expect(authenticator.credentials.list()).toHaveLength(1);
    await passkeys.detach();
    const unreadable = new Authenticator({ policy: { algorithms: [-35, -36] } });
    await expect(attach(browser, unreadable, { mode: 'proxy' })).rejects.toMatchObject({
      code: 'mode-cannot',
      message: expect.stringMatching(/-35, -36/),
    });
  });

  slow('gives the results of extensions back as Chromium makes them of ours', async () => {
    const results =
      await run(`navigator.credentials.create(creation({ authenticatorSelection: { residentKey: 'required' },
      extensions: { credProps: true, prf: { eval: { first: new Uint8Array(8) } } } }))
      .then((made) => { const { credProps, prf } = made.getClientExtensionResults();
        return { credProps, enabled: prf.enabled, first: prf.results.first.byteLength }; })`);
    expect(results).toEqual({ credProps: { rk: true }, enabled: true, first: 32 });
  });

  slow('ends with the page’s abort, and the device is free again', async () => {
    user.next({ presence: 'ignore' });
    const aborted = 'navigator.credentials.create({ ...creation(), signal: AbortSignal.timeout(100) })';
    expect(await run(`outcome(${aborted})`)).toBe('TimeoutError');
    expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
    expect(authenticator.credentials.list()).toHaveLength(1);
  });

  slow('tells the page which capabilities there are', async () => {
    const asked = 'PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()';
    expect(await run(asked)).toBe(false);
    expect(await run('PublicKeyCredential.isConditionalMediationAvailable()')).toBe(false);
    await passkeys.detach();
    const devices = [authenticator, new Authenticator({ policy: { transports: ['internal'] } })];
    passkeys = await attach(browser, devices, { mode: 'proxy' });
    expect(await run(asked)).toBe(true);
    const attachment = `navigator.credentials.create(creation({ authenticatorSelection: { authenticatorAttachment: "platform" } }))
      .then((made) => made.authenticatorAttachment)`;
    expect(await run(attachment)).toBe('platform');
  });

  slow('lets Chromium refuse what it does not hand on: conditional get, pages behind others', async () => {
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
    expect(await run('outcome(navigator.credentials.get({ ...request(), mediation: "conditional" }))')).toBe(
      'NotAllowedError',
    );
    const other = patient(await browser.newPage());
    await other.goto(`${server.origin}/`);
    await page.waitForFunction('!document.hasFocus()', { polling: 20 });
    const message = 'navigator.credentials.create(creation()).catch((error) => error.message)';
    expect(await run(message)).toMatch(/does not have focus/);
  });

  slow(
    'leaves the browser without a proxy and the folder of temporary files without an extension',
    async () => {
      const [folder, ...others] = folders();
      expect(others).toEqual([]);
      const manifest = readFileSync(join(temporary, folder as string, 'manifest.json'), 'utf8');
      expect(JSON.parse(manifest).permissions).toEqual(['webAuthenticationProxy']);
      const asked = new Promise<void>((resolve) => {
        user.answer = () => {
          resolve();
          return 'ignore';
        };
      });
      const waiting = run('outcome(navigator.credentials.create(creation()))');
      await asked;
      await passkeys.detach();
      expect(await waiting).toBe('AbortError');
      expect(folders()).toEqual([]);
      const alone = 'navigator.credentials.create({ ...creation(), signal: AbortSignal.timeout(300) })';
      expect(await run(`outcome(${alone})`)).toBe('TimeoutError');
      await expect(passkeys.detach()).resolves.toBeUndefined();
      passkeys = await attach(page, new Authenticator(), { mode: 'proxy' });
      expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
    },
  );

  slow('says at once that a browser has devices of ours', async () => {
    await expect(attach(page, authenticator, { mode: 'proxy' })).rejects.toMatchObject({
      code: 'already-attached',
    });
  });

  slow('says at once that extensions do not reach other browser contexts', async () => {
    await passkeys.detach();
    const context = await browser.createBrowserContext();
    try {
      const inside = patient(await context.newPage());
      const why = { code: 'mode-cannot', message: expect.stringMatching(/default context/) };
      await expect(attach(inside, authenticator, { mode: 'proxy' })).rejects.toMatchObject(why);
      await expect(attach(browser, authenticator, { mode: 'proxy' })).rejects.toMatchObject(why);
      expect(folders()).toEqual([]);
      passkeys = await attach(page, authenticator, { mode: 'proxy' });
      await page.bringToFront();
      expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
    } finally {
      await context.close();
    }
  });
});

const withoutOthers = withoutTime ?? withoutChromium;

describe.skipIf(withoutOthers)(named('mode proxy, elsewhere', withoutOthers), () => {
  slow('says at once that a browser was launched without extensions, and how to launch it', async () => {
    const browser = await launch();
    try {
      await expect(attach(browser, new Authenticator(), { mode: 'proxy' })).rejects.toMatchObject({
        code: 'mode-cannot',
        message: expect.stringMatching(/extensions are off.*enableExtensions: true/),
      });
      expect(folders()).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  slow('says at once that another debugger’s extension is a proxy already', async () => {
    const browser = await launch({ enableExtensions: true });
    const other = await puppeteer.connect({ browserWSEndpoint: browser.wsEndpoint() });
    try {
      const passkeys = await attach(browser, new Authenticator(), { mode: 'proxy' });
      await expect(attach(other, new Authenticator(), { mode: 'proxy' })).rejects.toMatchObject({
        code: 'already-attached',
        message: expect.stringMatching(/without a proxy/),
      });
      expect(folders()).toHaveLength(1);
      await passkeys.detach();
      await (await attach(other, new Authenticator(), { mode: 'proxy' })).detach();
    } finally {
      await other.disconnect();
      await browser.close();
    }
  });

  slow('leaves no folder behind when the browser ends first', async () => {
    const browser = await launch(EXTENSIONS);
    const passkeys = await attach(browser, new Authenticator(), { mode: 'proxy' });
    const [folder] = folders();
    await browser.close();
    await passkeys.detach();
    expect(existsSync(join(temporary, folder as string))).toBe(false);
  });

  slow('works in Playwright’s persistent context, and in no other', async () => {
    const server = await startHome();
    const options = { executablePath: '/usr/bin/chromium' };
    const context = await playwright.chromium.launchPersistentContext('', {
      ...options,
      ignoreDefaultArgs: ['--disable-extensions'],
      args: ['--no-sandbox', '--enable-unsafe-extension-debugging'],
    });
    const plain = await playwright.chromium.launch({ ...options, args: ['--no-sandbox'] });
    try {
      const authenticator = new Authenticator();
      const passkeys = await attachPlaywright(context, authenticator, { mode: 'proxy' });
      const page = patient(await context.newPage());
      await page.goto(`${server.origin}/`);
      expect(await page.evaluate('register("ada")')).toEqual({ registered: 'ada' });
      expect(await page.evaluate('login()')).toMatchObject({ welcome: 'ada', counter: 1 });
      await passkeys.detach();
      expect(folders()).toEqual([]);
      const attempt = attachPlaywright(await plain.newContext(), authenticator, { mode: 'proxy' });
      await expect(attempt).rejects.toMatchObject({
        code: 'mode-cannot',
        message: expect.stringMatching(/launchPersistentContext/),
      });
    } finally {
      await context.close();
      await plain.close();
      await server.close();
    }
  });
});
