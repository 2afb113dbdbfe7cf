/**
 * Related origins, fetched by default (https://www.w3.org/TR/webauthn-3/#sctn-related-origins): from a page that may load nothing, the same
 * comes of a call as in Chromium with its own device.
 */
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CeremonyEvents } from '../../src/browser/events.ts';
import { fetchFromNode } from '../../src/browser/page/related.ts';
import { attach } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { inKit, withOwnDevice } from './as-they-are.ts';
import { CHROMIUM_ARGUMENTS, PATIENT, withoutChromium } from './chromium.ts';

const withoutServer = withoutTime ?? withoutChromium ?? whyNot(['openssl'], () => runs('openssl', 'version'));

const PAGE = 'https://page.test';
const LIST = JSON.stringify({ origins: ['https://first.test', PAGE] });
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** What is under /.well-known/webauthn, by host. */
const LISTS: Readonly<
  Record<string, readonly [status: number, headers: Record<string, string>, body?: string]>
> = {
  'good.test': [200, JSON_TYPE, LIST],
  'moved.test': [302, { location: 'https://good.test/.well-known/webauthn' }],
  'text.test': [200, { 'content-type': 'text/plain' }, LIST],
  'absent.test': [404, JSON_TYPE, LIST],
  'stranger.test': [200, JSON_TYPE, '{"origins":["https://other.test"]}'],
  'broken.test': [200, JSON_TYPE, '{"origins":'],
};

/** What comes of them. */
const ENDS: readonly (readonly [host: string, end: string])[] = [
  ['good.test', `webauthn.create ${PAGE} at home`],
  ['moved.test', `webauthn.create ${PAGE} at home`],
  ['text.test', 'SecurityError'],
  ['absent.test', 'SecurityError'],
  ['stranger.test', 'SecurityError'],
  ['broken.test', 'SecurityError'],
];

describe.skipIf(withoutServer)(named('related origins of a page’s browser', withoutServer), () => {
  let server: Server;
  let browser: Browser;
  const asked: { host: string | undefined; headers: readonly string[] }[] = [];
  beforeAll(async () => {
    const pem = execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', '-', '-out', '-', '-subj', '/CN=page.test', '-days', '2'],
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    server = createServer({ key: pem, cert: pem }, ({ url, headers }, response) => {
      if (url !== '/.well-known/webauthn') {
        const policy = "default-src 'none'; connect-src 'none'; sandbox allow-scripts allow-same-origin";
        response
          .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
          .end('<p>');
        return;
      }
      asked.push({ host: headers.host, headers: Object.keys(headers) });
      const [status, more, body] = LISTS[headers.host ?? ''] ?? [500, {}];
      response.writeHead(status, more).end(body);
    });
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    const { port } = server.address() as AddressInfo;
    browser = await puppeteer.launch({
      executablePath: '/usr/bin/chromium',
      ...PATIENT,
      args: [
        ...CHROMIUM_ARGUMENTS,
        '--ignore-certificate-errors',
        `--host-resolver-rules=MAP *.test:443 127.0.0.1:${port}`,
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((closed) => server?.close(closed));
  });

  const open = async (): Promise<Page> => {
    const page = await (await browser.createBrowserContext()).newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${PAGE}/`);
    return page;
  };
  const asking = (host: string): string =>
    inKit(
      `end(navigator.credentials.create({ publicKey: { ...creation().publicKey, rp: { id: '${host}', name: 'x' } } }))`,
    );

  it('are fetched by the browser, past the page’s policies, and redirects are followed', async () => {
    const theirs = await withOwnDevice(await open());
    const ours = await open();
    const pages = (await browser.pages()).length;
    const passkeys = await attach(ours, new Authenticator());
    const refused: CeremonyEvents['refused'][] = [];
    passkeys.on('refused', (event) => void refused.push(event));
    for (const [host, end] of ENDS) {
      const there = await theirs.evaluate(asking(host));
      asked.length = 0;
      expect([host, there, await ours.evaluate(asking(host))]).toEqual([host, end, end]);
      expect(asked[0]?.host).toBe(host);
      for (const { headers } of asked)
        for (const header of ['cookie', 'origin', 'referer']) expect(headers).not.toContain(header);
    }
    // What was fetched, and what was wrong with it, is in the cause of a refusal; the page has its name alone.
    const causes = refused.map(({ error }) => (error.cause as Error).message);
    expect(causes).toEqual([
      expect.stringContaining('text/plain'),
      expect.stringContaining('404'),
      expect.stringContaining(`add ${PAGE} to its "origins"`),
      expect.stringContaining('JSON'),
    ]);
    for (const [at, host] of ['text.test', 'absent.test', 'stranger.test', 'broken.test'].entries())
      expect(causes[at]).toContain(`https://${host}/.well-known/webauthn was`);
    expect((await browser.pages()).length).toBe(pages);
    await passkeys.detach();
  });
});

describe('related origins by Node’s fetch', () => {
  const answers = (locations: Readonly<Record<string, string>>): void => {
    vi.stubGlobal('fetch', async (url: URL) => {
      const location = locations[url.href];
      return new Response(location === undefined ? LIST : null, {
        status: location === undefined ? 200 : 302,
        headers: location === undefined ? JSON_TYPE : { location },
      });
    });
  };
  const get = (url: string) => fetchFromNode(url, {} as never).finally(() => vi.unstubAllGlobals());

  it('come through redirects to https', async () => {
    answers({ 'https://a.test/': '/b', 'https://a.test/b': 'https://c.test/' });
    expect(await (await get('https://a.test/')).text()).toBe(LIST);
  });

  it('are not asked for without https, and not for ever', async () => {
    answers({ 'https://a.test/': 'http://c.test/' });
    await expect(get('https://a.test/')).rejects.toThrow(
      'https://a.test/ redirects to http://c.test/, which is not https',
    );
    answers({ 'https://a.test/': 'https://a.test/' });
    await expect(get('https://a.test/')).rejects.toThrow('redirects more than 20 times');
  });
});
