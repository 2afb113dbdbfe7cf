/** Browsers to soak, with devices attached in each mode. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import playwright, { type BrowserContext } from '@playwright/test';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { AttachMode } from '../../../src/browser/passkeys.ts';
import { attach as attachPlaywright } from '../../../src/browser/playwright/attach.ts';
import { attach as attachPuppeteer } from '../../../src/browser/puppeteer.ts';
import { Authenticator } from '../../../src/entries/index.ts';
import { CHROMIUM_ARGUMENTS, launch, launchShared, withoutChromium, withoutFirefox } from '../chromium.ts';
import type { Stage } from './soak.ts';

/** With nothing attached: what the driver does by itself. */
type Mode = AttachMode | 'none';

interface SoakedBrowser {
  readonly name: string;
  readonly modes: readonly AttachMode[];
  readonly missing: string | undefined;
  open(mode: Mode): Promise<Stage>;
}

/** @param detaches whether devices are taken away before the browser is closed, or go with it */
async function withPuppeteer(
  launching: Promise<Browser>,
  mode: Mode,
  { crashes, detaches }: { readonly crashes: boolean; readonly detaches: boolean },
): Promise<Stage> {
  const browser = await launching;
  const passkeys =
    mode === 'none' ? undefined : await attachPuppeteer(browser, new Authenticator(), { mode });
  return {
    passkeys,
    crashes,
    // (In Firefox, a tab that opens in front waits without end if another tab comes to the front meanwhile.)
    tab: () => browser.newPage({ background: true }),
    whenGone: (listener) => void browser.once('disconnected', listener),
    close: async () => {
      if (detaches) await passkeys?.detach();
      await browser.close();
      await passkeys?.detach();
    },
  };
}

async function withPlaywright(
  context: BrowserContext,
  mode: Mode,
  close: () => Promise<unknown>,
): Promise<Stage> {
  const passkeys =
    mode === 'none' ? undefined : await attachPlaywright(context, new Authenticator(), { mode });
  return {
    passkeys,
    crashes: true,
    tab: () => context.newPage(),
    whenGone: (listener) => void context.once('close', listener),
    close: async () => {
      await passkeys?.detach();
      await close();
    },
  };
}

const PLAYWRIGHT = { executablePath: '/usr/bin/chromium', args: [...CHROMIUM_ARGUMENTS] };

export const SOAKED: readonly SoakedBrowser[] = [
  {
    name: 'Puppeteer, Chromium',
    modes: ['page', 'cdp', 'proxy'],
    missing: withoutChromium,
    open: (mode) =>
      withPuppeteer(
        mode === 'proxy' ? launch({ enableExtensions: true, pipe: true }) : launchShared(),
        mode,
        {
          crashes: true,
          detaches: true,
        },
      ),
  },
  {
    name: 'Playwright, Chromium',
    modes: ['page', 'cdp', 'proxy'],
    missing: withoutChromium,
    async open(mode) {
      if (mode !== 'proxy') {
        const browser = await playwright.chromium.launch(PLAYWRIGHT);
        return withPlaywright(await browser.newContext(), mode, () => browser.close());
      }
      const folder = await mkdtemp(`${tmpdir()}/stuntkey-soak-`);
      const context = await playwright.chromium.launchPersistentContext(folder, {
        ...PLAYWRIGHT,
        args: [...PLAYWRIGHT.args, '--enable-unsafe-extension-debugging'],
        ignoreDefaultArgs: ['--disable-extensions'],
      });
      return withPlaywright(context, mode, async () => {
        await context.close();
        await rm(folder, { recursive: true, force: true });
      });
    },
  },
  {
    name: 'BiDi, Firefox',
    modes: ['page'],
    missing: withoutFirefox,
    open: (mode) =>
      withPuppeteer(
        puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true }),
        mode,
        { crashes: false, detaches: true },
      ),
  },
  {
    name: 'BiDi, Chromium',
    modes: ['page'],
    missing: withoutChromium,
    // (chromium-bidi, in Puppeteer, leaves a rejection unhandled where a script is to be taken out of a tab that is being closed.)
    open: (mode) =>
      withPuppeteer(launch({ protocol: 'webDriverBiDi' }), mode, { crashes: false, detaches: false }),
  },
];
