/** Mode cdp lives as long as its page, whatever others do to it. */
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attach, type Passkeys } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { type LoginServer, launchShared, startHome, withoutChromium } from './chromium.ts';

const DISCOVERABLE = 'creation({ authenticatorSelection: { residentKey: "required" } })';
const GET = 'outcome(navigator.credentials.get(request()))';

describe.skipIf(withoutChromium)(named('mode cdp among others', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let page: Page;
  let authenticator: Authenticator;
  let passkeys: Passkeys;
  const run = <T>(code: string, where: Page = page): Promise<T> => where.evaluate(code) as Promise<T>;
  /** Resolves at the next time that devices are made again. */
  const restored = (): Promise<unknown> =>
    new Promise((resolve) => {
      const off = passkeys.on('restored', (event) => {
        off();
        resolve(event);
      });
    });
  const fresh = async (): Promise<Page> => {
    const opened = await (await browser.createBrowserContext()).newPage();
    await opened.goto(`${server.origin}/`);
    return opened;
  };

  beforeAll(async () => {
    [browser, server] = await Promise.all([launchShared(), startHome()]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    page = await fresh();
    authenticator = new Authenticator();
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
  });
  afterEach(async () => {
    await passkeys.detach();
    await page.browserContext().close();
  });

  slow('goes on when a session of the same connection ends, with the counter', async () => {
    for (let count = 2; count < 5; count++) {
      const foreign = await page.createCDPSession();
      await foreign.detach();
      expect(await run(GET)).toBe('ok');
      await passkeys.settled();
      expect(authenticator.credentials.list()[0]?.signCount).toBe(count);
    }
  });

  slow('comes back when another connection ends, and says so', async () => {
    const again = restored();
    const other = await puppeteer.connect({ browserWSEndpoint: browser.wsEndpoint() });
    await other.disconnect();
    expect(await again).toMatchObject({ url: `${server.origin}/` });
    expect(await run(GET)).toBe('ok');
    await passkeys.settled();
    expect(authenticator.credentials.list()[0]?.signCount).toBe(2);
  });

  it('comes back when another session disables the domain, with the counter', async () => {
    const foreign = await page.createCDPSession();
    const again = restored();
    await foreign.send('WebAuthn.enable');
    await foreign.send('WebAuthn.disable');
    await again;
    expect(await run(GET)).toBe('ok');
    await passkeys.settled();
    expect(authenticator.credentials.list()[0]?.signCount).toBe(2);
    await foreign.detach();
  });

  slow('has what the handle set, and what the store was given, when it is back', async () => {
    await passkeys.setUserVerified(false);
    const again = restored();
    const foreign: CDPSession = await page.createCDPSession();
    await foreign.send('WebAuthn.disable');
    const [record] = authenticator.credentials.list();
    await authenticator.credentials.update(record?.id as Uint8Array, { userName: 'renamed', signCount: 40 });
    await again;
    const required = 'navigator.credentials.get(request({ userVerification: "required" }))';
    expect(await run(`outcome(${required})`)).toBe('NotAllowedError');
    await passkeys.setUserVerified(true);
    expect(await run(GET)).toBe('ok');
    await passkeys.settled();
    expect(authenticator.credentials.list()).toMatchObject([{ userName: 'renamed', signCount: 41 }]);
    await foreign.detach();
  });

  slow('ends a call that was under way, in the page or in a frame of its own site', async () => {
    await passkeys.setPresence(false);
    await run(`window.waiting = ${GET}; 0`);
    const foreign = await page.createCDPSession();
    await foreign.detach();
    expect(await run('window.waiting')).toBe('AbortError');
    await run(`new Promise((resolve) => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.onload = () => { window.framed = frame.contentWindow.eval(${JSON.stringify(GET)}); resolve(); };
      frame.src = '/frame'; })`);
    const another = await page.createCDPSession();
    await another.detach();
    expect(await run('window.framed')).toBe('AbortError');
  });

  it('ends what the page waits for when it is detached', async () => {
    await passkeys.setPresence(false);
    await run(`window.waiting = ${GET}; 0`);
    await passkeys.detach();
    expect(await run('window.waiting')).toBe('AbortError');
  });

  slow('detaches when the domain was disabled, and the browser disconnected', async () => {
    const foreign = await page.createCDPSession();
    await foreign.send('WebAuthn.disable');
    await expect(passkeys.detach()).resolves.toBeUndefined();
    await foreign.detach();
    const other = await puppeteer.connect({ browserWSEndpoint: browser.wsEndpoint() });
    const [there] = (await Promise.all(other.browserContexts().map((one) => one.pages()))).flat();
    const mine = await attach(there as Page, new Authenticator(), { mode: 'cdp' });
    await other.disconnect();
    await expect(mine.detach()).resolves.toBeUndefined();
  });

  slow('leaves contexts beside it alone, whatever their mode, as they come and go', async () => {
    const told: unknown[] = [];
    passkeys.on('restored', (event) => told.push(event));
    await passkeys.setPresence(false);
    await run(`window.waiting = ${GET}; 0`);
    for (const mode of ['cdp', 'page'] as const) {
      const beside = await fresh();
      const others = await attach(beside, new Authenticator(), { mode });
      expect(await run(`outcome(navigator.credentials.create(creation()))`, beside)).toBe('ok');
      await others.detach();
      await attach(beside, new Authenticator(), { mode }).then((one) => one.detach());
      await beside.browserContext().close();
    }
    await passkeys.settled();
    expect(told).toEqual([]);
    await passkeys.setPresence(true);
    expect(await run('Promise.race([window.waiting, 0])')).toBe(0);
  });
});
