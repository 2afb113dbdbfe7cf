/** What happens elsewhere is on the inspector's page as it happens, and after the door was away. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { attach } from '../../src/browser/puppeteer.ts';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import {
  type LoginServer,
  patient,
  sharedBrowser,
  startHome,
  withoutChromium,
  withoutFirefox,
} from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { Inspector } from './page.ts';

const curl = promisify(execFile);
const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'curl', displayName: 'curl' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

describe.skipIf(withoutChromium)(named('the inspector, while others use the key', withoutChromium), () => {
  let browser: Browser;
  let home: LoginServer;
  beforeAll(async () => {
    browser = await sharedBrowser();
    home = await startHome();
  });
  afterAll(() => home.close());

  slow(
    'shows a registration in a page, one by curl, and why a sign-in fails, each within one click',
    async () => {
      const user = new ScriptedUser();
      const device = new Authenticator({ user });
      const server = await serveHttp(device, { ui: true });
      const inspector = await Inspector.open(browser, server);
      await inspector.says('Nothing has happened yet');
      const page = patient(await (await browser.createBrowserContext()).newPage());
      await page.goto(home.origin);
      const passkeys = await attach(page, device, { trace: (record) => server.tell(record, 'page') });
      await page.evaluate('register("ada")');
      await inspector.says(/Registered\s+localhost/);
      await curl('curl', [
        ...[
          '--silent',
          '--fail',
          '-H',
          `Authorization: Bearer ${server.token}`,
          '-H',
          'Content-Type: application/json',
        ],
        ...['--data', JSON.stringify({ origin, options: creation }), `${server.url}/create`],
      ]);
      await inspector.says(/Registered\s+example\.com/);
      user.next({ presence: 'decline' });
      await page.evaluate('login().catch(() => 0)');
      await inspector.clickText('option', 'NotAllowedError');
      await inspector.says('have them approve');
      await inspector.pane('Credentials');
      await inspector.says('curl');
      await inspector.says('ada');
      await passkeys.detach();
      await page.browserContext().close();
      await inspector.close();
      await server.close(0);
    },
  );

  slow(
    'goes on where it was when the door was away, and asks for the token if the door has another',
    async () => {
      const device = new Authenticator();
      const token = 'the-token-of-the-test';
      const first = await serveHttp(device, { ui: true, token });
      const { port } = first;
      const inspector = await Inspector.open(browser, first);
      await inspector.ready();
      await first.close(0);
      await inspector.says('does not answer');
      await device.makeCredential({
        clientDataHash: new Uint8Array(32),
        rp: { id: 'meanwhile.example' },
        user: { id: Uint8Array.of(1), name: 'meanwhile' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        options: { rk: true, uv: true },
      });
      const second = await serveHttp(device, { ui: true, token, port });
      await inspector.ready();
      await inspector.pane('Credentials');
      await inspector.says('meanwhile');
      await second.close(0);
      const third = await serveHttp(device, { ui: true, port });
      await inspector.says('The door’s token');
      inspector.known =
        /401|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;
      await inspector.close();
      await third.close(0);
    },
  );
});

describe.skipIf(withoutFirefox)(named('the inspector in Firefox', withoutFirefox), () => {
  slow('is the same', async () => {
    const browser = await puppeteer.launch({
      ...{ timeout: 0, protocolTimeout: 0, headless: true },
      ...{ browser: 'firefox', executablePath: '/usr/bin/firefox-esr' },
    });
    const device = new Authenticator();
    const server = await serveHttp(device, { ui: true });
    try {
      const page = patient(await browser.newPage());
      await page.goto(server.page as string);
      const says = (text: string) =>
        page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, { timeout: 0 });
      await says('live');
      expect(page.url()).not.toContain(server.token);
      const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ origin, options: creation });
      await fetch(`${server.url}/create`, { method: 'POST', headers, body });
      await says('Registered');
      await page.evaluate('location.hash = "credentials"');
      await says('example.com');
    } finally {
      await browser.close();
      await server.close(0);
    }
  });
});
