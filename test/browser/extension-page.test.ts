/** A page of a browser's extension, over each driver: the same comes of its calls as in Chromium with its own device. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import playwright from '@playwright/test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Passkeys } from '../../src/browser/passkeys.ts';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type AnyPage, inKit, withOwnDevice } from './as-they-are.ts';
import { CHROMIUM_ARGUMENTS, PATIENT, withoutChromium } from './chromium.ts';

const without = withoutTime ?? withoutChromium;

const MANIFEST = {
  manifest_version: 3,
  name: 'stuntkey test',
  version: '1.0',
  host_permissions: ['https://allowed.test/*', 'https://*.co.uk/*', 'http://plain.test/*'],
};

type Visited = Pick<AnyPage, 'evaluate'> & { bringToFront(): Promise<void> };

/** A driver, its browser, and a page of the extension. */
interface Opened {
  readonly home: string;
  page(): Promise<Visited>;
  attach(): Promise<Passkeys>;
  close(): Promise<void>;
}

async function overPuppeteer(folder: string, protocol: 'cdp' | 'webDriverBiDi'): Promise<Opened> {
  const browser: Browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    protocol,
    ...PATIENT,
    pipe: protocol === 'cdp',
    enableExtensions: true,
    args: [...CHROMIUM_ARGUMENTS, '--enable-unsafe-extension-debugging'],
  });
  const home = `chrome-extension://${await browser.installExtension(folder)}`;
  let page: Page;
  return {
    home,
    async page() {
      page = await browser.newPage();
      page.setDefaultTimeout(0);
      await page.goto(`${home}/page.html`);
      return page;
    },
    attach: () => attach(page, new Authenticator()),
    close: () => browser.close(),
  };
}

async function overPlaywright(folder: string): Promise<Opened> {
  const context = await playwright.chromium.launchPersistentContext('', {
    executablePath: '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...CHROMIUM_ARGUMENTS, '--enable-unsafe-extension-debugging'],
  });
  context.setDefaultTimeout(0);
  const root = await context.browser()?.newBrowserCDPSession();
  const loaded = await root?.send('Extensions.loadUnpacked' as never, { path: folder } as never);
  const home = `chrome-extension://${(loaded as unknown as { id: string }).id}`;
  return {
    home,
    async page() {
      const page = await context.newPage();
      await page.goto(`${home}/page.html`);
      return page;
    },
    attach: () => attachPlaywright(context, new Authenticator()),
    close: () => context.close(),
  };
}

/** Whose credential is made, and the hash of its RP ID. */
const asking = (id: string | undefined): string =>
  inKit(
    `(async () => {
      const options = { ...creation().publicKey, rp: ${JSON.stringify({ name: 'x', id })} };
      const made = await navigator.credentials.create({ publicKey: options }).catch((error) => error.name);
      return typeof made === 'string' ? made : [whose(made), ...new Uint8Array(made.response.getAuthenticatorData(), 0, 32)].join();
    })()`,
  );

/** What comes of calls for RP IDs of all kinds; where the extension itself is meant, it is called so. */
async function endsOf(page: Visited, home: string): Promise<unknown[]> {
  await page.bringToFront();
  const all: unknown[] = [];
  const ids = [undefined, 'allowed.test', 'sub.allowed.test', 'plain.test', 'other.test', 'co.uk'];
  for (const rpId of ids) all.push([rpId, await page.evaluate(asking(rpId))]);
  for (const rpId of [new URL(home).host, home]) all.push([typeof rpId, await page.evaluate(asking(rpId))]);
  return JSON.parse(JSON.stringify(all).replaceAll(home, 'the extension'));
}

describe.skipIf(without)(named('a page of an extension', without), () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stuntkey-extension-'));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(MANIFEST));
    writeFileSync(join(folder, 'page.html'), '<!doctype html><title>page</title>');
  });

  const open: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const one of open) await one.close();
  });

  const DRIVERS: readonly (readonly [string, (folder: string) => Promise<Opened>])[] = [
    ['Puppeteer', (at) => overPuppeteer(at, 'cdp')],
    ['Playwright', overPlaywright],
    ['WebDriver BiDi', (at) => overPuppeteer(at, 'webDriverBiDi')],
  ];

  it.each(DRIVERS)(
    'has its own origin, and the RP IDs that its manifest has permissions for, over %s',
    async (_, start) => {
      const driven = await start(folder);
      open.push(driven);
      const ours = await driven.page();
      const passkeys = await driven.attach();
      const came = await endsOf(ours, driven.home);
      await passkeys.detach();
      await open.pop()?.close();
      // Chromium's own device is had over CDP; an extension's ID follows from its folder, so it is the same one.
      const chromium = await overPuppeteer(folder, 'cdp');
      open.push(chromium);
      expect(chromium.home).toBe(driven.home);
      const theirs = await withOwnDevice((await chromium.page()) as Page);
      expect(came).toEqual(await endsOf(theirs, chromium.home));
      await open.pop()?.close();
    },
  );
});
