/** Every pane, judged by axe-core: names, roles, contrast and structure, in light and dark, wide and narrow. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { beforeAll, describe, expect } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator, type CeremonyRecord, ScriptedUser, TracedClient } from '../../src/entries/index.ts';
import { writeTrace } from '../../src/viewer/write.ts';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { DoorClient } from '../http/client.ts';
import { named } from '../interop/debian.ts';
import { whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { eachWay, tooWide, violations } from './judged.ts';
import { Inspector } from './page.ts';

const missing = withoutTime ?? withoutChromium ?? whyNoJudge('axe');
const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

describe.skipIf(missing)(named('axe-core', missing), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedBrowser();
  });

  async function used(server: HttpServer): Promise<void> {
    const client = new DoorClient(server);
    await client.call('POST', '/create', { origin, options: creation });
    await client.call('POST', '/get', { origin, options: { challenge: 'YQ', rpId: 'example.com' } });
    await client.call('POST', '/get', {
      origin: 'https://example.org',
      options: { challenge: 'YQ', rpId: 'example.com' },
    });
    await client.call('POST', '/user/next', { presence: 'decline' });
    await client.call('POST', '/get', { origin, options: { challenge: 'YQ', rpId: 'example.com' } });
  }

  /** What is opened in a pane before it is looked at. */
  const opened: Readonly<Record<string, (inspector: Inspector) => Promise<void>>> = {
    Authenticators: (inspector) => inspector.says('AAGUID'),
    Credentials: (inspector) => inspector.click('gridcell', 'example.com'),
    Ceremonies: (inspector) => inspector.clickText('option', 'NotAllowedError'),
    Person: (inspector) => inspector.says('What the person does'),
    Faults: (inspector) => inspector.clickText('option', 'sign-in'),
    Decode: (inspector) => inspector.fill('Base64url', '00'),
  };

  slow.each(Object.keys(opened))('finds nothing wrong in %s', async (pane) => {
    const device = new Authenticator({ model: 'yubikey-bio', user: new ScriptedUser() });
    const server = await serveHttp(device, { ui: true });
    await used(server);
    const inspector = await Inspector.open(browser, server);
    await inspector.ready();
    await inspector.pane(pane);
    await opened[pane]?.(inspector);
    await eachWay(inspector.page, async (way) => {
      expect([pane, way, await violations(inspector.page)]).toEqual([pane, way, []]);
      expect([pane, way, await tooWide(inspector.page)]).toEqual([pane, way, []]);
    });
    await inspector.close();
    await server.close(0);
  });

  slow('finds nothing wrong in the dialogs, while a prompt waits', async () => {
    const user = new ScriptedUser({ presence: 'ask' });
    const server = await serveHttp(new Authenticator({ user }), { ui: true });
    const inspector = await Inspector.open(browser, server);
    await inspector.ready();
    await inspector.pane('Credentials');
    void new DoorClient(server).call('POST', '/create', { origin, options: creation }).catch(() => undefined);
    await inspector.says(/The device (waits for a touch|wants to recognize)/);
    expect(await violations(inspector.page)).toEqual([]);
    for (const button of ['Import …', 'Export …']) {
      await inspector.click('button', button);
      await inspector.page.waitForSelector('dialog[open]', { timeout: 0 });
      expect([button, await violations(inspector.page)]).toEqual([button, []]);
      await inspector.page.keyboard.press('Escape');
    }
    await inspector.close();
    await server.close(0);
  });

  slow('finds nothing wrong in the page of a file, which loads nothing and opens from a disk', async () => {
    const records: CeremonyRecord[] = [];
    const user = new ScriptedUser();
    const client = new TracedClient({
      origin,
      authenticator: new Authenticator({ user }),
      trace: (record) => records.push(record),
    });
    const { id } = await client.create(creation);
    user.next({ presence: 'decline' });
    await client
      .get({ challenge: 'YQ', allowCredentials: [{ type: 'public-key', id }] })
      .catch(() => undefined);
    const hostile = '</script><script>document.title = "run"</script><!--';
    await client.get({ challenge: 'YQ', rpId: hostile }).catch(() => undefined);
    const file = writeTrace(join(mkdtempSync(join(tmpdir(), 'stuntkey-')), 'trace.html'), records, hostile);
    const inspector = await Inspector.openAt(browser, pathToFileURL(file).href);
    await inspector.says('SecurityError');
    expect(await inspector.page.title()).toContain(hostile);
    await inspector.clickText('option', 'NotAllowedError');
    await inspector.says('have them approve');
    await eachWay(inspector.page, async (way) =>
      expect([way, await violations(inspector.page)]).toEqual([way, []]),
    );
    expect(inspector.asked.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
    await inspector.close();
  });
});
