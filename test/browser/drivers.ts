/** Browsers and what drives them, as much alike as scenarios need. */
import playwright from '@playwright/test';
import puppeteer from 'puppeteer-core';
import { Builder } from 'selenium-webdriver';
import chrome from 'selenium-webdriver/chrome.js';
import { remote } from 'webdriverio';
import type { Attachable, AttachMode, Passkeys } from '../../src/browser/passkeys.ts';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach as attachPuppeteer } from '../../src/browser/puppeteer.ts';
import {
  attach as attachWebDriver,
  type SeleniumDriver,
  type WebdriverIoBrowser,
} from '../../src/browser/webdriver.ts';
import { runs, whyNot } from '../interop/debian.ts';
import { launch, withoutChromium } from './chromium.ts';
import { type Classic, classicPage } from './classic.ts';

const withoutFirefox: string | undefined = whyNot(['firefox-esr'], () => runs('firefox-esr', '--version'));

const withoutChromedriver: string | undefined =
  withoutChromium ?? whyNot(['chromium-driver'], () => runs('chromedriver', '--version'));

/** A page or a frame, whoever drives it. */
export interface Driven {
  evaluate(code: string): Promise<unknown>;
}

export interface DrivenPage extends Driven {
  goto(url: string): Promise<unknown>;
  frames(): readonly Driven[];
  waitForFunction(code: string): Promise<unknown>;
  once(event: 'popup', listener: (page: never) => void): unknown;
}

/** A page of a context of its own. */
interface Visit {
  readonly page: DrivenPage;
  attach(devices: Attachable, mode: AttachMode): Promise<Passkeys>;
  close(): Promise<void>;
}

export interface Launched {
  visit(): Promise<Visit>;
  close(): Promise<void>;
}

export interface Driver {
  readonly name: string;
  readonly modes: readonly AttachMode[];
  readonly missing: string | undefined;
  launch(): Promise<Launched>;
}

async function withPuppeteer(launching: ReturnType<typeof launch>): Promise<Launched> {
  const browser = await launching;
  return {
    async visit() {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      return {
        page: page as unknown as DrivenPage,
        attach: (devices, mode) => attachPuppeteer(page, devices, { mode }),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** A page in the browser's own context, the only one that extensions reach. */
async function withExtensions(): Promise<Launched> {
  const browser = await launch({ enableExtensions: true, pipe: true });
  const [blank] = await browser.pages();
  return {
    async visit() {
      const page = await browser.newPage();
      let passkeys: Passkeys | undefined;
      return {
        page: page as unknown as DrivenPage,
        async attach(devices, mode) {
          passkeys = await attachPuppeteer(page, devices, { mode });
          return passkeys;
        },
        async close() {
          await passkeys?.detach();
          for (const other of await browser.pages()) if (other !== blank) await other.close();
        },
      };
    },
    close: () => browser.close(),
  };
}

/** One session; a window for every visit, which has the devices while it lasts. */
function withWebDriver(
  classic: Classic,
  driver: SeleniumDriver | WebdriverIoBrowser,
  open: () => Promise<string>,
  quit: () => Promise<unknown>,
): Launched {
  return {
    async visit() {
      const handle = await open();
      let passkeys: Passkeys | undefined;
      return {
        page: classicPage(classic, handle),
        async attach(devices, mode) {
          passkeys = await attachWebDriver(driver, devices, { mode });
          return passkeys;
        },
        close: async () => void (await passkeys?.detach()),
      };
    },
    close: async () => void (await quit()),
  };
}

const CHROMIUM = { binary: '/usr/bin/chromium', args: ['--headless=new', '--no-sandbox', '--disable-gpu'] };

export const DRIVERS: readonly Driver[] = [
  {
    name: 'Puppeteer, Chromium',
    modes: ['page', 'cdp'],
    missing: withoutChromium,
    launch: () => withPuppeteer(launch()),
  },
  {
    name: 'Puppeteer, Chromium',
    modes: ['proxy'],
    missing: withoutChromium,
    launch: withExtensions,
  },
  {
    name: 'Puppeteer, Firefox',
    modes: ['page', 'cdp'],
    missing: withoutFirefox,
    launch: () =>
      withPuppeteer(
        puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true }),
      ),
  },
  {
    name: 'Playwright, Chromium',
    modes: ['page', 'cdp'],
    missing: withoutChromium,
    async launch() {
      const browser = await playwright.chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox'],
      });
      return {
        async visit() {
          const context = await browser.newContext();
          const page = await context.newPage();
          return {
            page: page as unknown as DrivenPage,
            attach: (devices, mode) => attachPlaywright(page, devices, { mode }),
            close: () => context.close(),
          };
        },
        close: () => browser.close(),
      };
    },
  },
  {
    name: 'Selenium, Chromium',
    modes: ['page'],
    missing: withoutChromedriver,
    async launch() {
      const options = new chrome.Options();
      options.setBinaryPath(CHROMIUM.binary);
      options.addArguments(...CHROMIUM.args);
      options.set('webSocketUrl', true);
      const service = new chrome.ServiceBuilder('/usr/bin/chromedriver');
      const driver = await new Builder()
        .forBrowser('chrome')
        .setChromeOptions(options)
        .setChromeService(service)
        .build();
      const classic: Classic = {
        get: (url) => driver.get(url),
        handles: () => driver.getAllWindowHandles(),
        toWindow: (handle) => driver.switchTo().window(handle),
        toFrame: (place) => driver.switchTo().frame(place as number),
        execute: (script) => driver.executeAsyncScript(script),
      };
      const open = async (): Promise<string> => {
        await driver.switchTo().newWindow('tab');
        return driver.getWindowHandle();
      };
      return withWebDriver(classic, driver as unknown as SeleniumDriver, open, () => driver.quit());
    },
  },
  {
    name: 'WebdriverIO, Chromium',
    modes: ['page'],
    missing: withoutChromedriver,
    async launch() {
      const browser = await remote({
        logLevel: 'silent',
        capabilities: {
          browserName: 'chrome',
          webSocketUrl: true,
          'goog:chromeOptions': CHROMIUM,
          'wdio:chromedriverOptions': { binary: '/usr/bin/chromedriver' },
        },
      });
      const classic: Classic = {
        get: (url) => browser.navigateTo(url),
        handles: () => browser.getWindowHandles(),
        toWindow: (handle) => browser.switchToWindow(handle),
        toFrame: (place) => browser.switchToFrame(place),
        execute: (script) => browser.executeAsyncScript(script, []),
      };
      const open = async (): Promise<string> => {
        const { handle } = await browser.createWindow('tab');
        return handle;
      };
      return withWebDriver(classic, browser as unknown as WebdriverIoBrowser, open, () =>
        browser.deleteSession(),
      );
    },
  },
];
