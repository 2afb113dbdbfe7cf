/** Tabs that do not answer while devices are attached and detached: one with an open alert(), one whose process has crashed, one that is busy. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Dialog, Page } from 'puppeteer-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { attach } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { sampled, slow } from '../slow.ts';
import { sharedBrowser, withoutChromium } from './chromium.ts';

const CREATE = `navigator.credentials.create({ publicKey: { rp: { name: 'U' }, user: { id: new Uint8Array([1]), name: 'a', displayName: 'A' },
  challenge: new Uint8Array(16), pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }).then(({ type }) => type, String)`;
const NATIVE =
  'String(navigator.credentials.create).includes("[native code]") && !("__stuntkey" in globalThis)';

/** Pages, and a request that is answered when the test says so: a page that waits for it does nothing else. */
async function startSite(): Promise<{
  readonly origin: string;
  readonly waits: Promise<void>;
  go(): void;
  close(): Promise<void>;
}> {
  let held: ServerResponse | undefined;
  let came = (): void => {};
  const waits = new Promise<void>((resolve) => {
    came = resolve;
  });
  const server: Server = createServer(({ url }, response) => {
    response.setHeader('content-type', 'text/html');
    if (url !== '/wait') return response.end('<!doctype html><link rel="icon" href="data:,">');
    held = response;
    came();
  });
  await new Promise<void>((listening) => {
    server.listen(0, 'localhost', listening);
  });
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    waits,
    go: () => held?.end(),
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

const BUSY = `(() => { const request = new XMLHttpRequest(); request.open('GET', '/wait', false); request.send(); })()`;

describe.skipIf(withoutChromium)(named('with Puppeteer', withoutChromium), () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof startSite>>;
  let page: Page;
  beforeAll(async () => {
    browser = await sharedBrowser();
  }, 60_000);
  beforeEach(async () => {
    site = await startSite();
    page = await (await browser.createBrowserContext()).newPage();
    await page.goto(site.origin);
  });
  afterEach(async () => {
    site.go();
    await page.browserContext().close();
    await site.close();
  });
  const another = async (path: string): Promise<Page> => {
    const other = await page.browserContext().newPage();
    await other.goto(`${site.origin}${path}`);
    return other;
  };

  /** A tab with an open dialog, a busy one, and one that has crashed. */
  async function troubled(): Promise<{
    readonly dialog: Dialog;
    readonly alerted: Page;
    readonly busy: Page;
  }> {
    const [alerted, busy, crashed] = await Promise.all([
      another('/alert'),
      another('/busy'),
      another('/crash'),
    ]);
    const opened = new Promise<Dialog>((resolve) => {
      alerted.once('dialog', resolve);
    });
    alerted.evaluate('alert(1)').catch(() => undefined);
    busy.evaluate(BUSY).catch(() => undefined);
    const gone = new Promise((resolve) => {
      crashed.once('error', resolve);
    });
    crashed.goto('chrome://crash').catch(() => undefined);
    const [dialog] = await Promise.all([opened, site.waits, gone]);
    return { dialog, alerted, busy };
  }

  // On a busy machine a tab that is well may be given up for a moment: what is judged is what is left once it has answered.
  const patience = 500;
  const eventually = (judge: () => unknown): Promise<unknown> => vi.waitFor(judge, 20_000);
  const create = async (where: Page): Promise<unknown> => {
    await where.bringToFront();
    return where.evaluate(CREATE);
  };

  it.each(sampled(['page', 'cdp'] as const, 2))(
    'mode %s reaches every other tab, names those that do not answer, and reaches them as soon as they do',
    async (mode) => {
      const { dialog, alerted, busy } = await troubled();
      const passkeys = await attach(page, new Authenticator(), { mode, patience });
      await eventually(() =>
        expect(passkeys.unreached.map(({ url }) => url).sort()).toEqual([
          'chrome://crash/',
          `${site.origin}/alert`,
          `${site.origin}/busy`,
        ]),
      );
      expect(await create(page)).toBe('public-key');
      await dialog.accept();
      site.go();
      await eventually(() =>
        expect(passkeys.unreached).toEqual([
          { url: 'chrome://crash/', reason: expect.stringContaining('crashed') },
        ]),
      );
      expect([await create(alerted), await create(busy)]).toEqual(['public-key', 'public-key']);
      await passkeys.detach();
      await eventually(async () =>
        expect([await page.evaluate(NATIVE), await alerted.evaluate(NATIVE)]).toEqual([true, true]),
      );
    },
  );

  slow('detach() puts every other tab back, and those that do not answer when they do', async () => {
    const alerted = await another('/alert');
    const passkeys = await attach(page, new Authenticator(), { patience });
    await eventually(() => expect(passkeys.unreached).toEqual([]));
    const opened = new Promise<Dialog>((resolve) => {
      alerted.once('dialog', resolve);
    });
    alerted.evaluate('alert(1)').catch(() => undefined);
    const dialog = await opened;
    await passkeys.detach();
    await eventually(() => expect(passkeys.unreached).toMatchObject([{ url: `${site.origin}/alert` }]));
    expect(await page.evaluate(NATIVE)).toBe(true);
    const again = await attach(page, new Authenticator(), { patience });
    await eventually(() => expect(again.unreached).toMatchObject([{ url: `${site.origin}/alert` }]));
    expect(await create(page)).toBe('public-key');
    await again.detach();
    await dialog.accept();
    await eventually(async () => expect(await alerted.evaluate(NATIVE)).toBe(true));
    await eventually(() => expect([passkeys.unreached, again.unreached]).toEqual([[], []]));
  });
});
