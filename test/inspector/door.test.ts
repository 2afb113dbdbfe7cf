/** Who can open the inspector's page, and who can read from its door: asked in a real browser. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { patient, sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { Inspector } from './page.ts';

describe.skipIf(withoutChromium)(named('the inspector’s page', withoutChromium), () => {
  let browser: Browser;
  let server: HttpServer;
  beforeAll(async () => {
    browser = await sharedBrowser();
    server = await serveHttp(new Authenticator(), { ui: true });
  });
  afterAll(() => server.close(0));

  slow('takes the token out of its address at once, and sends it in no address', async () => {
    const inspector = await Inspector.open(browser, server);
    await inspector.ready();
    const { page } = inspector;
    const token = encodeURIComponent(server.token);
    expect(page.url()).not.toContain(token);
    const entries = (await page.createCDPSession()).send('Page.getNavigationHistory');
    expect((await entries).entries.map(({ url }) => url.includes(token))).not.toContain(true);
    expect(
      await page.evaluate('document.referrer + document.cookie + JSON.stringify({ ...localStorage })'),
    ).toBe('{}');
    // It is this tab's: a reload goes on.
    await page.reload();
    await inspector.ready();
    const here = inspector.asked.map((url) => new URL(url));
    expect(here.filter(({ origin, protocol }) => origin !== server.url && protocol !== 'data:')).toEqual([]);
    expect(here.filter(({ search, pathname }) => (search + pathname).includes(server.token))).toEqual([]);
    await inspector.close();
  });

  slow(
    'asks for the token where it has none or a wrong one, and shows nothing until it is right',
    async () => {
      for (const address of [`${server.url}/`, `${server.url}/#token=wrong-but-long-enough`]) {
        const inspector = await Inspector.open(browser, server, address);
        await inspector.fill('Token', 'another-wrong-one-of-16');
        await inspector.page.keyboard.press('Enter');
        await inspector.says('does not know that token');
        expect(await inspector.text()).not.toContain('live');
        await inspector.fill('Token', server.token);
        await inspector.page.keyboard.press('Enter');
        await inspector.ready();
        inspector.known = /401/;
        await inspector.close();
      }
    },
  );

  slow('is not there under another name, such as one that was made to mean the door’s address', async () => {
    const page = patient(await browser.newPage());
    const answer = await page.goto(`http://evil.localhost:${server.port}/`);
    expect(answer?.status()).toBe(421);
    // Of the door's own names, each is an origin of its own.
    expect((await page.goto(`http://localhost:${server.port}/`))?.status()).toBe(200);
    const from = (url: string): Promise<unknown> =>
      page.evaluate(
        `fetch(${JSON.stringify(url)}, { headers: { authorization: ${JSON.stringify(`Bearer ${server.token}`)} } }).then((r) => r.status, (e) => e.name)`,
      );
    expect(await from('/info')).toBe(200);
    expect(await from(`${server.url}/info`)).toBe('TypeError');
    await page.close();
  });

  describe('from a page elsewhere', () => {
    let elsewhere: Server;
    let evil: string;
    beforeAll(async () => {
      elsewhere = createServer((_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><title>elsewhere</title>'),
      );
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      evil = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
    });
    afterAll(() => new Promise((resolve) => elsewhere.close(resolve)));

    slow('cannot be read, framed, run or held, even with the token', async () => {
      const context = await browser.createBrowserContext();
      const page = patient(await context.newPage());
      await page.goto(evil);
      const headers = { authorization: `Bearer ${server.token}` };
      const outcome = (path: string, init: object): Promise<unknown> =>
        page.evaluate(
          `fetch(${JSON.stringify(server.url + path)}, ${JSON.stringify(init)}).then((r) => r.type + r.status, (e) => e.name)`,
        );
      expect(await outcome('/info', { headers })).toBe('TypeError');
      expect(await outcome('/info', {})).toBe('TypeError');
      expect(await outcome('/', {})).toBe('TypeError');
      expect(await outcome('/assets/inspector.js', { mode: 'no-cors' })).toBe('TypeError');
      expect(
        await page.evaluate(`new Promise((resolve) => {
          const script = document.createElement('script');
          script.src = ${JSON.stringify(`${server.url}/assets/inspector.js`)};
          script.onload = () => resolve('ran');
          script.onerror = () => resolve('refused');
          document.head.append(script);
        })`),
      ).toBe('refused');
      await page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = ${JSON.stringify(`${server.url}/`)};
        frame.onload = resolve;
        document.body.append(frame);
      })`);
      const [frame] = page.mainFrame().childFrames();
      expect(await frame?.evaluate('document.querySelector("script[src]") === null')).toBe(true);
      // What it opens in a tab is out of its reach.
      const opened = new Promise<void>((resolve) => context.once('targetcreated', () => resolve()));
      const held = await page.evaluateHandle(`open(${JSON.stringify(server.page)})`);
      await opened;
      await page.waitForFunction(
        (other) => (other as { closed?: boolean } | null)?.closed !== false,
        { timeout: 0 },
        held,
      );
      await context.close();
    });
  });
});
