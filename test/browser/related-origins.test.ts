/**
 * Related origins, fetched by default (https://www.w3.org/TR/webauthn-3/#sctn-related-origins): from a page that may load nothing, the same
 * comes of a call as in Chromium with its own device.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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

/** A certificate that is its own root, for some hosts, with its key. */
const certificateFor = (...hosts: readonly string[]): string =>
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', '-', '-out', '-', '-subj', '/CN=page.test', '-days', '2'],
      ...['-addext', `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );

/** A host with a list whose certificate comes from a root that is trusted by no one. */
const UNTRUSTED = 'untrusted.test';

describe.skipIf(withoutServer)(named('related origins of a page’s browser', withoutServer), () => {
  let server: Server;
  let browser: Browser;
  /** The root of all hosts but one, in a file. */
  let root: string;
  const asked: { host: string | undefined; headers: readonly string[] }[] = [];
  beforeAll(async () => {
    const pem = certificateFor('page.test', ...Object.keys(LISTS));
    root = join(mkdtempSync(join(tmpdir(), 'stuntkey-root-')), 'root.pem');
    writeFileSync(root, pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')));
    const other = certificateFor(UNTRUSTED);
    const contexts = [pem, other].map((one) => createSecureContext({ key: one, cert: one }));
    const certified = {
      key: pem,
      cert: pem,
      SNICallback: (host: string, done: (error: null, context: (typeof contexts)[0] | undefined) => void) =>
        done(null, contexts[host === UNTRUSTED ? 1 : 0]),
    };
    server = createServer(certified, ({ url, headers }, response) => {
      if (url !== '/.well-known/webauthn') {
        const policy = "default-src 'none'; connect-src 'none'; sandbox allow-scripts allow-same-origin";
        response
          .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
          .end('<p>');
        return;
      }
      asked.push({ host: headers.host, headers: Object.keys(headers) });
      const host = headers.host === UNTRUSTED ? 'good.test' : headers.host;
      const [status, more, body] = LISTS[host ?? ''] ?? [500, {}];
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

  it.each(['playwright', 'bidi'])(
    'are fetched by Node over %s, from servers that Node trusts, and come to the same',
    async (driver) => {
      const hosts = [...ENDS.map(([host]) => host), UNTRUSTED];
      const { port } = server.address() as AddressInfo;
      const program = fileURLToPath(new URL('related-by-node.js', import.meta.url));
      const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
      asked.length = 0;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [program, driver, String(port), ...hosts],
        {
          env: { ...env, NODE_EXTRA_CA_CERTS: root },
        },
      );
      const ends = JSON.parse(stdout) as { host: string; end: string; cause?: string }[];
      const same = ENDS.map(([host, end]) => [host, end === 'SecurityError' ? end : 'public-key']);
      expect(ends.map(({ host, end }) => [host, end])).toEqual([...same, [UNTRUSTED, 'SecurityError']]);
      for (const { headers } of asked)
        for (const header of ['cookie', 'origin', 'referer']) expect(headers).not.toContain(header);
      const causes = new Map(ends.map(({ host, cause = '' }) => [host, cause]));
      expect(causes.get('text.test')).toContain('text/plain');
      expect(causes.get('absent.test')).toContain('404');
      expect(causes.get('stranger.test')).toContain(`add ${PAGE} to its "origins"`);
      expect(causes.get('broken.test')).toContain('JSON');
      expect(causes.get(UNTRUSTED)).toMatch(
        /certificate \(NODE_EXTRA_CA_CERTS names further roots that Node trusts\)$/,
      );
      // Nothing is sent to a server that is not trusted.
      expect(asked.map(({ host }) => host)).not.toContain(UNTRUSTED);
    },
    300_000,
  );
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

  it('say what was wrong where none could be fetched', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:443') });
    });
    await expect(get('https://a.test/')).rejects.toThrow(/^connect ECONNREFUSED 127.0.0.1:443$/);
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
