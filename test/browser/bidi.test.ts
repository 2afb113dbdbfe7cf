/** Over WebDriver BiDi: Debian's Firefox, and Chromium, which knows it too. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attach, type Passkeys, WebAuthnDomain } from '../../src/browser/puppeteer.ts';
import { attach as attachConnection } from '../../src/browser/webdriver.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';
import {
  CHROMIUM_ARGUMENTS,
  type LoginServer,
  launch,
  PATIENT,
  patient,
  startHome,
  withoutChromium,
  withoutFirefox,
} from './chromium.ts';

const firefox = (): Promise<Browser> =>
  puppeteer.launch({
    ...PATIENT,
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
  });
const chromium = (): Promise<Browser> =>
  puppeteer.launch({
    ...PATIENT,
    protocol: 'webDriverBiDi',
    executablePath: '/usr/bin/chromium',
    args: [...CHROMIUM_ARGUMENTS],
  });
interface Domain {
  send(method: string, parameters?: object): Promise<unknown>;
  on(event: string, listener: (event: { credential: { rpId: string } }) => void): unknown;
}

/** A test as it was written for Chromium's domain: all it needs is `send` and `on`. */
async function testOfChromium(domain: Domain, page: Page): Promise<unknown> {
  const heard: string[] = [];
  await domain.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = (await domain.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'usb', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })) as { authenticatorId: string };
  domain.on('WebAuthn.credentialAdded', ({ credential }) => heard.push(`added ${credential.rpId}`));
  domain.on('WebAuthn.credentialAsserted', ({ credential }) => heard.push(`asserted ${credential.rpId}`));
  const welcome = await page.evaluate('register("ada").then(login)');
  const { credentials } = (await domain.send('WebAuthn.getCredentials', { authenticatorId })) as {
    credentials: { signCount: number; isResidentCredential: boolean }[];
  };
  await domain.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  const unverified = await page.evaluate(
    'outcome(navigator.credentials.get(request({ userVerification: "required", timeout: 100 })))',
  );
  await domain.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await domain.send('WebAuthn.clearCredentials', { authenticatorId });
  const cleared = await page.evaluate('outcome(navigator.credentials.get(request({ timeout: 100 })))');
  await domain.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  const gone = await domain.send('WebAuthn.getCredentials', { authenticatorId }).catch(String);
  return [
    ...[welcome, heard, unverified, cleared, gone],
    credentials.map(({ signCount, isResidentCredential }) => [signCount, isResidentCredential]),
  ];
}

const BROWSERS = [
  ['Firefox', firefox, withoutFirefox],
  ['Chromium', chromium, withoutTime ?? withoutChromium],
] as const;

describe.each(BROWSERS)('over BiDi, %s', (name, launchIt, without) => {
  describe.skipIf(without)(named('with devices attached', without), () => {
    let browser: Browser;
    let server: LoginServer;
    let page: Page;
    let user: ScriptedUser;
    let authenticator: Authenticator;
    let passkeys: Passkeys;
    const run = <T>(code: string, where: Page | Frame = page): Promise<T> =>
      where.evaluate(code) as Promise<T>;

    beforeAll(async () => {
      [browser, server] = await Promise.all([launchIt(), startHome()]);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });
    beforeEach(async () => {
      page = patient(await (await browser.createBrowserContext()).newPage());
      await page.goto(`${server.origin}/`);
      user = new ScriptedUser();
      authenticator = new Authenticator({ user });
      passkeys = await attach(page, authenticator);
    });
    afterEach(async () => {
      await passkeys.detach();
      await page.browserContext().close();
    });

    slow('answers from the first script of a document on', async () => {
      await page.goto(`${server.origin}/eager`);
      expect(await run('eager')).toBe('ok');
    });

    slow('answers in a popup, whose first document comes after an empty one', async () => {
      const popup = new Promise<Page | null>((resolve) => {
        page.once('popup', resolve);
      });
      await run('void window.open("/other")');
      const opened = (await popup) as Page;
      await opened.waitForFunction('typeof login === "function"');
      expect(await run('outcome(navigator.credentials.create(creation()))', opened)).toBe('ok');
    });

    slow('gives objects of the browser’s own classes', async () => {
      const seen = await run(`(async () => {
        const made = await navigator.credentials.create(creation({ authenticatorSelection: { residentKey: 'required' } }));
        const used = await navigator.credentials.get(request());
        return [made instanceof PublicKeyCredential, String(made), made.id === used.id, Object.keys(made),
          made.response instanceof AuthenticatorAttestationResponse, made.response.attestationObject instanceof ArrayBuffer,
          used.response instanceof AuthenticatorAssertionResponse, used.toJSON().type];
      })()`);
      expect(seen).toEqual([true, '[object PublicKeyCredential]', true, [], true, true, true, 'public-key']);
    });

    slow('leaves the page as it was', async () => {
      const look = `(() => {
        const classes = [CredentialsContainer, Credential, PublicKeyCredential, AuthenticatorResponse,
          AuthenticatorAttestationResponse, AuthenticatorAssertionResponse];
        return classes.flatMap((each) => [each, each.prototype]).flatMap((target) =>
          Object.entries(Object.getOwnPropertyDescriptors(target)).map(([name, { value, get }]) =>
            [name, String(value ?? get)].join())).concat(Object.getOwnPropertyNames(window)).sort();
      })()`;
      const during = await run(look);
      await passkeys.detach();
      const after = await run(look);
      await page.reload();
      expect(after).toEqual(await run(look));
      expect(after).not.toEqual(during);
      passkeys = await attach(page, authenticator);
      expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
    });

    slow('lets the page abort, and frees the device when the page goes away', async () => {
      user.use({ presence: 'ignore' });
      const aborted = '{ ...creation(), signal: AbortSignal.timeout(50) }';
      expect(await run(`outcome(navigator.credentials.create(${aborted}))`)).toBe('TimeoutError');
      await run('void navigator.credentials.create(creation())');
      await page.goto(`${server.origin}/other`);
      user.reset();
      expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
    });

    slow('ends with the page’s own timeout', async () => {
      user.use({ presence: 'ignore' });
      expect(await run('outcome(navigator.credentials.create(creation({ timeout: 50 })))')).toBe(
        'NotAllowedError',
      );
    });

    slow(
      'knows frames by the browser: sandboxed, without an address, of an address that is none',
      async () => {
        const told: unknown[] = [];
        passkeys.on('refused', ({ origin, error }) => told.push([origin, error.message.split(' ')[0]]));
        passkeys.on('authenticated', ({ origin }) => told.push([origin]));
        await run(
          `outcome(navigator.credentials.create(creation({ authenticatorSelection: { residentKey: 'required' } })))`,
        );
        const call = `navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), timeout: 100 } }).catch(() => 0).then(() => 0)`;
        for (const attributes of [
          { src: `${server.origin}/frame`, sandbox: 'allow-scripts', allow: 'publickey-credentials-get *' },
          { srcdoc: '<title>inside</title>' },
          { src: 'http://[', srcdoc: '<title>inside</title>', allow: 'publickey-credentials-get' },
        ]) {
          await run(`new Promise((loaded) => {
          const element = document.createElement('iframe');
          for (const [name, value] of Object.entries(${JSON.stringify(attributes)})) element.setAttribute(name, value);
          element.onload = loaded;
          document.body.append(element);
        }).then(() => 0)`);
          await run(
            `Object.defineProperty(self, 'origin', { value: 'https://evil.example' }); ${call}`,
            page.frames().at(-1) as Frame,
          );
        }
        const refused = told.filter((one) => (one as string[]).length > 1) as string[][];
        expect(refused.map(([origin]) => origin)).toContain('null');
        expect(refused.map(([origin]) => origin)).not.toContain('https://evil.example');
        expect(told.filter((one) => (one as string[]).length === 1)).toContainEqual([server.origin]);
      },
    );

    slow('tells of ceremonies, decoded', async () => {
      const told: string[] = [];
      passkeys.on('registered', ({ ceremony }) => told.push(String(ceremony)));
      passkeys.on('refused', ({ ceremony }) => told.push(String(ceremony)));
      await run('register("ada")');
      user.next({ presence: 'decline' });
      await run('outcome(login())');
      expect(told[0]).toContain('authenticatorMakeCredential');
      expect(told[1]).toContain('CTAP2_ERR_OPERATION_DENIED');
    });

    slow('leaves other contexts alone, and is refused twice', async () => {
      await expect(attach(page, authenticator)).rejects.toMatchObject({ code: 'already-attached' });
      const other = patient(await (await browser.createBrowserContext()).newPage());
      await other.goto(`${server.origin}/`);
      expect(await run('String(navigator.credentials.create)', other)).toContain('function create');
      await other.browserContext().close();
    });

    it.skipIf(name === 'Chromium' || (withoutTime ?? withoutChromium))(
      'runs a test unchanged that was written for Chromium’s WebAuthn domain, and comes to the same',
      async () => {
        await passkeys.detach();
        const domain = new WebAuthnDomain();
        passkeys = await attach(page, domain);
        // Servers that know no credentials yet.
        const [beside, one, another] = await Promise.all([launch(), startHome(), startHome()]);
        try {
          await page.goto(one.origin);
          const ours = await testOfChromium(domain as unknown as Domain, page);
          const [theirs] = (await beside.pages()) as [Page];
          await theirs.goto(another.origin);
          const session = (await theirs.createCDPSession()) as unknown as Domain;
          expect(ours).toEqual(await testOfChromium(session, theirs));
        } finally {
          await Promise.all([beside.close(), one.close(), another.close()]);
        }
      },
      60_000,
    );

    slow('keeps to the header with which a page forbids itself, where the browser does', async () => {
      const silent: Server = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html');
        response.setHeader('permissions-policy', 'publickey-credentials-get=()');
        response.end('<!doctype html><title>silent</title>');
      });
      await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
      try {
        await page.goto(`http://localhost:${(silent.address() as AddressInfo).port}/`);
        const told: string[] = [];
        passkeys.on('refused', ({ error }) => told.push(error.message));
        const get =
          'navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), timeout: 50 } })';
        expect(await run(`${get}.then(() => 'ok', ({ name }) => name)`)).toBe('NotAllowedError');
        // Firefox does not know the header.
        expect(told[0]?.includes('feature is not enabled')).toBe(name === 'Chromium');
      } finally {
        silent.closeAllConnections();
        await new Promise((closed) => silent.close(closed));
      }
    });
  });
});

describe('a session of WebDriver', () => {
  slow.each([
    ['WebdriverIO’s', { sessionId: 'x', isBidi: false, send: async () => ({}), on() {}, off() {} }],
    ['Selenium’s', { getBidi: async () => Promise.reject(new TypeError('no webSocketUrl')) }],
  ])('without BiDi is refused at attach: %s', async (_, driver) => {
    const attempt = attachConnection(driver as never, new Authenticator());
    await expect(attempt).rejects.toMatchObject({
      code: 'mode-cannot',
      message: expect.stringContaining('webSocketUrl: true'),
    });
  });

  it('that cannot be prepared is left as it was', async () => {
    const sent: string[] = [];
    const connection = {
      async send(method: string) {
        sent.push(method);
        if (method === 'script.addPreloadScript') throw new Error('unknown command');
        return method === 'session.subscribe' ? { subscription: 's' } : { contexts: [] };
      },
      on: () => undefined,
      off: () => undefined,
    };
    await expect(attachConnection(connection, new Authenticator())).rejects.toThrow('unknown command');
    expect(sent.at(-1)).toBe('session.unsubscribe');
    await expect(attachConnection(connection, new Authenticator(), { mode: 'cdp' })).rejects.toMatchObject({
      code: 'mode-cannot',
    });
  });
});
