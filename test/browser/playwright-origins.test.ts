/** Whom a document is taken for over Playwright, where its address does not say, or says what another document's is. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Passkeys } from '../../src/browser/passkeys.ts';
import { attach } from '../../src/browser/playwright/attach.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { patient, withoutChromium } from './chromium.ts';
import { sharedPlaywright } from './playwright.ts';

/** Every document has these; `calls` asks for a credential of the good site, in any window. */
const SCRIPT = `
  const options = (id) => ({ publicKey: { rp: { id, name: 'G' }, user: { id: new Uint8Array([1]), name: 'a', displayName: 'A' },
    challenge: new Uint8Array(16), pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } });
  const calls = (win) => win.navigator.credentials.create(options('good.localhost')).then(() => 'created', ({ name }) => name);
  const frame = (attributes) => new Promise((loaded) => {
    const element = Object.assign(document.createElement('iframe'), attributes, { onload: () => loaded(element) });
    document.documentElement.append(element);
  });
`;

/** What is served by path: headers and a script of the document's own. */
const PAGES: Readonly<
  Record<string, { readonly status?: number; readonly policy?: string; readonly script?: string }>
> = {
  '/child': { script: `frame({ src: '/', allow: 'publickey-credentials-create *' })` },
  '/leaves': { script: `onload = () => setTimeout(() => { calls(window); location = good + '/'; }, 10)` },
  '/asks%20at%20the%20end': {
    script: `for (const end of ['beforeunload', 'pagehide', 'unload']) addEventListener(end, () => calls(window));`,
  },
  '/asks%20at%20once': { script: `var called = calls(window);` },
  '/boxed': { policy: 'sandbox allow-scripts' },
  '/nothing': { status: 204 },
};

describe.skipIf(withoutChromium)(named('documents of a context of Playwright’s', withoutChromium), () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let passkeys: Passkeys;
  let authenticator: Authenticator;
  let at: (host: string) => string;
  const taken: string[] = [];
  beforeAll(async () => {
    server = createServer(({ url = '/' }, response) => {
      const { status = 200, policy, script = '' } = PAGES[url] ?? {};
      response.writeHead(status, {
        'content-type': 'text/html',
        ...(policy && { 'content-security-policy': policy }),
      });
      const good = at('good');
      response.end(
        status === 204
          ? undefined
          : `<!doctype html><link rel="icon" href="data:,"><script>const good = '${good}', evil = '${at('evil')}';${SCRIPT}${script}</script>`,
      );
    });
    await new Promise<void>((listening) => {
      server.listen(0, 'localhost', listening);
    });
    const { port } = server.address() as AddressInfo;
    at = (host) => `http://${host}.localhost:${port}`;
    browser = await sharedPlaywright();
  }, 60_000);
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  beforeEach(async () => {
    context = await browser.newContext();
    authenticator = new Authenticator();
    passkeys = await attach(context, authenticator);
    taken.length = 0;
    for (const name of ['registered', 'refused'] as const)
      passkeys.on(name, ({ origin = '' }) => void taken.push(origin));
    page = patient(await context.newPage());
  });
  afterEach(async () => {
    await passkeys.detach();
    await context.close();
  });

  slow('a popup has the origin of the frame that opened it, not of the page around that', async () => {
    await page.goto(at('good'));
    await page.evaluate(`frame({ src: evil }).then(() => 0)`);
    const inside = page.frames()[1] as (typeof page)['mainFrame'] extends () => infer F ? F : never;
    expect(await inside.evaluate(`calls(open('about:blank'))`)).toBe('SecurityError');
    expect(taken).toEqual([at('evil')]);
  });

  slow(
    'a popup without an address has its opener’s origin, though the opener has gone elsewhere',
    async () => {
      await page.goto(at('evil'));
      const opened = context.waitForEvent('page');
      await page.evaluate(
        `void open('about:blank').eval('var options = ' + options + '; var calls = ' + calls)`,
      );
      const popup = await opened;
      await page.goto(at('good'));
      expect(await popup.evaluate('calls(window)')).toBe('SecurityError');
      expect(taken).toEqual([at('evil')]);
    },
  );

  slow('a popup of the page’s own may ask', async () => {
    await page.goto(at('good'));
    expect(await page.evaluate(`calls(open('about:blank'))`)).toBe('created');
    expect(taken).toEqual([at('good')]);
  });

  slow(
    'a frame that was sent to about:blank from outside has not the origin of the document around it',
    async () => {
      await page.goto(at('evil'));
      await page.evaluate(`frame({ src: good + '/child', allow: 'publickey-credentials-create *' }).then(({ contentWindow }) => {
      globalThis.child = contentWindow.frames[0];
      child.location = 'about:blank';
    })`);
      // Until it is there it cannot be reached; for a moment it is Chromium's own, which refuses it, too.
      await vi.waitFor(async () => {
        await page.evaluate('calls(child)');
        expect(taken[0]).toBe('null');
      }, 20_000);
      expect(authenticator.credentials.list()).toEqual([]);
    },
  );

  slow('a frame without an address has the origin of the document around it', async () => {
    await page.goto(at('good'));
    expect(await page.evaluate(`frame({}).then(({ contentWindow }) => calls(contentWindow))`)).toBe(
      'created',
    );
    expect(
      await page.evaluate(`frame({ srcdoc: '<p>' }).then(({ contentWindow }) => calls(contentWindow))`),
    ).toBe('created');
    expect(taken).toEqual([at('good'), at('good')]);
  });

  it('a document that asks and goes elsewhere is not taken for the one that follows', async () => {
    await page.goto(at('evil'));
    for (let i = 0; i < 6; i++)
      await page.evaluate(`frame({ src: '/leaves', allow: 'publickey-credentials-create *' }).then((element) =>
        new Promise((loaded) => { element.onload = loaded; })).then(() => 0)`);
    expect(authenticator.credentials.list()).toEqual([]);
    expect(taken).not.toContain(at('good'));
  });

  slow('a document that asks as it leaves takes nothing from the one that follows', async () => {
    await page.goto(`${at('good')}/asks at the end`);
    await page.evaluate(`void (location = '/asks at once')`);
    await page.waitForURL(/at%20once/);
    expect(await page.evaluate('called')).toBe('created');
  });

  slow('what a document says to Playwright’s own function leaves nothing unhandled', async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', hear);
    await page.goto(at('good'));
    for (const text of [
      '',
      '{',
      'null',
      '7',
      '{}',
      '{"name":"__stuntkey","seq":{},"serializedArgs":[null,{"o":7}]}',
    ])
      await page.evaluate((given) => {
        try {
          (globalThis as unknown as Record<string, (text: string) => void>).__playwright__binding__?.(given);
        } catch {}
      }, text);
    expect(await page.evaluate('calls(window)')).toBe('created');
    process.off('unhandledRejection', hear);
    expect(unhandled).toEqual([]);
  });

  slow('a document keeps the sandbox of its response, whatever other response comes', async () => {
    await page.goto(`${at('good')}/boxed`);
    await page.evaluate(`void (location = '/nothing')`);
    await page.waitForResponse(/nothing/);
    expect(await page.evaluate('calls(window)')).toBe('NotAllowedError');
    expect(taken).toEqual(['null']);
  });
});
