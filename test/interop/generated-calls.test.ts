/**
 * Every member of every dictionary times every kind of value (calls/generator.js): the same end in Chromium with its own device and by
 * every door of ours, or a row in calls/differences.js.
 */
import { runInNewContext, runInThisContext } from 'node:vm';
import { chromium, type Page as PlaywrightPage } from '@playwright/test';
import { JSDOM } from 'jsdom';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach } from '../../src/browser/puppeteer.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { install } from '../../src/page/install.ts';
import {
  CHROMIUM_ARGUMENTS,
  type LoginServer,
  PATIENT,
  sharedBrowser,
  startHome,
  withoutChromium,
  withoutFirefox,
} from '../browser/chromium.ts';
import { withoutTime } from '../slow.ts';
import { ownDevice, VIRTUAL } from './calls/devices.ts';
import { DIFFERENCES } from './calls/differences.js';
import { GENERATED, play } from './calls/generator.js';
import { named } from './debian.ts';

type Call = readonly [name: string, method: string, member: string, value: string];

/** A hundred of them by chance from a seed; with SLOW=1, fifteen hundred. */
function sample(): readonly Call[] {
  const all = GENERATED as unknown as readonly Call[];
  const share = (withoutTime === undefined ? 1_500 : 30) / all.length;
  const random = seededRandom('calls of a page');
  const methods = new Set<string>();
  return all.filter(([, method]) => {
    const first = !methods.has(method);
    methods.add(method);
    return first || Buffer.from(random(4, 'sample')).readUInt32BE() / 2 ** 32 < share;
  });
}

const CALLS = sample();
/** How long a call has, in milliseconds, until it counts as pending. */
const LIMIT = 10_000;
/** A passkey for those that sign in. */
const BEFORE = `navigator.credentials.create({ publicKey: { rp: { name: 'Home' },
  user: { id: new Uint8Array([9, 9]), name: 'a', displayName: 'A' }, challenge: new Uint8Array(32),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required' } } }).then(() => 0)`;

/** Runs them in a page, some at a time. */
async function inPage(page: { evaluate(code: string): Promise<unknown> }): Promise<string[]> {
  await page.evaluate(BEFORE);
  const ends: string[] = [];
  for (let at = 0; at < CALLS.length; at += 25) {
    const some = JSON.stringify(CALLS.slice(at, at + 25));
    ends.push(...((await page.evaluate(`(${play})(${some}, ${LIMIT})`)) as string[]));
  }
  return ends;
}

describe.skipIf(withoutChromium)(named('calls by rule', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let theirs: string[];
  const explained = new Set<string>();

  const open = async (): Promise<Page> => {
    const page = await (await browser.createBrowserContext()).newPage();
    await page.goto(server.origin);
    return page;
  };
  const unexplained = (ours: readonly string[]): unknown[] =>
    CALLS.flatMap(([name], at) => {
      const [here, there] = [ours[at], theirs[at]];
      if (here === there) return [];
      const known = DIFFERENCES.find(({ covers }) => covers(name, 'end', here, there));
      if (known !== undefined) explained.add(known.about);
      return known === undefined ? [[name, { here, there }]] : [];
    });

  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(), startHome()]);
    const page = await open();
    const cdp = await page.createCDPSession();
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', { options: VIRTUAL.key });
    theirs = await inPage(page);
    await page.browserContext().close();
  }, 600_000);
  afterAll(async () => {
    await server?.close();
  });

  it('are over a thousand, of which this is a fair share, and none of them waits in Chromium', () => {
    expect(GENERATED.length).toBeGreaterThan(1_000);
    expect(new Set(CALLS.map(([, method]) => method)).size).toBe(7);
    console.log(`calls by rule: ${CALLS.length} of ${GENERATED.length}`);
    expect(theirs).not.toContain('pending');
  });

  it('end alike in mode page, over Puppeteer', async () => {
    const page = await open();
    const passkeys = await attach(page, ownDevice('key'));
    expect(unexplained(await inPage(page))).toEqual([]);
    await passkeys.detach();
    await page.browserContext().close();
  }, 600_000);

  it('end alike over install()', async () => {
    const { origin } = server;
    const foreign = runInNewContext('({ bytes: () => new Uint8Array([1, 2, 3]), array: () => ["text"] })');
    Object.assign(globalThis, { foreign });
    const { uninstall } = install(globalThis, { origin, authenticator: ownDevice('key') });
    try {
      await runInThisContext(BEFORE);
      expect(unexplained(await runInThisContext(`(${play})`)(CALLS, LIMIT))).toEqual([]);
    } finally {
      uninstall();
      Reflect.deleteProperty(globalThis, 'foreign');
    }
  }, 600_000);

  it('end alike over install() in jsdom, which has no WebAuthn', async () => {
    const { origin } = server;
    const { window } = new JSDOM('<!doctype html>', { url: origin, runScripts: 'outside-only' });
    const foreign = runInNewContext('({ bytes: () => new Uint8Array([1, 2, 3]), array: () => ["text"] })');
    Object.assign(window, { foreign, structuredClone, TextDecoder });
    install(window as never, { origin, authenticator: ownDevice('key') });
    await window.eval(BEFORE);
    // Without a document for each call: those of jsdom's frames are furnished one by one.
    const all = `((document) => (${play})(${JSON.stringify(CALLS)}, ${LIMIT}))(undefined)`;
    expect(unexplained((await window.eval(all)) as string[])).toEqual([]);
    window.close();
  }, 600_000);

  it.skipIf(withoutTime)(
    named('end alike in mode page, over Playwright', withoutTime),
    async () => {
      const other = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: [...CHROMIUM_ARGUMENTS],
      });
      const context = await other.newContext();
      const page: PlaywrightPage = await context.newPage();
      await page.goto(server.origin);
      const passkeys = await attachPlaywright(context, ownDevice('key'));
      expect(unexplained(await inPage(page))).toEqual([]);
      await passkeys.detach();
      await other.close();
    },
    600_000,
  );

  it.skipIf(withoutTime ?? withoutFirefox)(
    named('end alike in Firefox, over WebDriver BiDi', withoutTime ?? withoutFirefox),
    async () => {
      const firefox = await puppeteer.launch({
        browser: 'firefox',
        executablePath: '/usr/bin/firefox-esr',
        ...PATIENT,
      });
      try {
        const page = await firefox.newPage();
        page.setDefaultTimeout(0);
        await page.goto(server.origin);
        const passkeys = await attach(page, ownDevice('key'));
        // Firefox parses options itself, and has no signal methods so far.
        const asIs = (at: number): boolean => /^(?:parse|signal)/.test(CALLS[at]?.[1] ?? '');
        const ours = await inPage(page);
        expect(unexplained(ours.map((end, at) => (asIs(at) ? (theirs[at] as string) : end)))).toEqual([]);
        await passkeys.detach();
      } finally {
        await firefox.close();
      }
    },
    900_000,
  );

  it.skipIf(withoutTime)(
    named('show every difference that is explained by calls by rule', withoutTime),
    () => {
      const byRule = DIFFERENCES.filter(({ byRule }) => byRule).map(({ about }) => about);
      expect(byRule.filter((about) => !explained.has(about))).toEqual([]);
    },
  );
});
