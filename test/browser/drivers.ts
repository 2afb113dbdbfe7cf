/** Browsers and what drives them, as much alike as scenarios need. */
import playwright from '@playwright/test';
import puppeteer from 'puppeteer-core';
import type { WebDriver } from 'selenium-webdriver';
import type { ServiceBuilder } from 'selenium-webdriver/chrome.js';
import type { Attachable, AttachMode, Passkeys } from '../../src/browser/passkeys.ts';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach as attachPuppeteer } from '../../src/browser/puppeteer.ts';
import {
  attach as attachWebDriver,
  type SeleniumDriver,
  type WebdriverIoBrowser,
} from '../../src/browser/webdriver.ts';
import { importFrom, whyNoJudge } from '../judges/install.ts';
import {
  launch,
  PATIENT,
  patient,
  withoutChromedriver,
  withoutChromium,
  withoutFirefox,
} from './chromium.ts';
import { type Classic, classicPage } from './classic.ts';
import { selenium, seleniumChrome, withoutSelenium } from './selenium.ts';
import { launchWebKit, withoutWebKit } from './webkitgtk.ts';

/** A page or a frame, of any driver. */
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
      const page = patient(await context.newPage());
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
      const page = patient(await browser.newPage());
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

/** As much of WebdriverIO as is used: its package is a judge's. */
interface WebdriverIo {
  remote(options: object): Promise<{
    navigateTo(url: string): Promise<unknown>;
    getWindowHandles(): Promise<string[]>;
    switchToWindow(handle: string): Promise<unknown>;
    switchFrame(frame: unknown): Promise<unknown>;
    createWindow(type: 'tab'): Promise<unknown>;
    closeWindow(): Promise<unknown>;
    $(selector: string): Promise<unknown> & { click(): Promise<unknown> };
    executeScript(script: string, parameters: readonly unknown[]): Promise<unknown>;
    deleteSession(): Promise<unknown>;
  }>;
}

/** One session; a window for every visit, which has the devices while it lasts. */
function withWebDriver(
  classic: Classic,
  driver: SeleniumDriver | WebdriverIoBrowser,
  quit: () => Promise<unknown>,
): Launched {
  return {
    async visit() {
      const before = await classic.handles();
      await classic.open();
      const handle = (await classic.handles()).find((one) => !before.includes(one)) as string;
      let passkeys: Passkeys | undefined;
      return {
        page: classicPage(classic, handle),
        async attach(devices, mode) {
          passkeys = await attachWebDriver(driver, devices, { mode });
          return passkeys;
        },
        async close() {
          await passkeys?.detach();
          for (const opened of await classic.handles()) {
            if (before.includes(opened)) continue;
            await classic.toWindow(opened);
            await classic.close();
          }
          await classic.toWindow(before[0] as string);
        },
      };
    },
    close: async () => void (await quit()),
  };
}

function withSelenium(driver: WebDriver, quit: () => Promise<unknown>): Launched {
  const { By } = selenium();
  const classic: Classic = {
    get: (url) => driver.get(url),
    handles: () => driver.getAllWindowHandles(),
    toWindow: (handle) => driver.switchTo().window(handle),
    toFrame: (place) => driver.switchTo().frame(place as number),
    open: () => driver.switchTo().newWindow('tab'),
    close: () => driver.close(),
    click: () => driver.findElement(By.css('html')).click(),
    execute: (script) => driver.executeScript(script),
  };
  return withWebDriver(classic, driver as unknown as SeleniumDriver, quit);
}

const chromedriver = (): ServiceBuilder => new (seleniumChrome().ServiceBuilder)('/usr/bin/chromedriver');

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
        puppeteer.launch({
          ...PATIENT,
          browser: 'firefox',
          executablePath: '/usr/bin/firefox-esr',
          headless: true,
        }),
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
          const page = patient(await context.newPage());
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
    missing: withoutSelenium ?? withoutChromedriver,
    async launch() {
      const { Builder } = selenium();
      const options = new (seleniumChrome().Options)();
      options.setBinaryPath(CHROMIUM.binary);
      options.addArguments(...CHROMIUM.args);
      options.set('webSocketUrl', true);
      const building = new Builder().forBrowser('chrome').setChromeOptions(options);
      const driver = await building.setChromeService(chromedriver()).build();
      return withSelenium(driver, () => driver.quit());
    },
  },
  {
    name: 'WebdriverIO, Chromium',
    modes: ['page'],
    missing: withoutSelenium ?? withoutChromedriver ?? whyNoJudge('webdriverio'),
    async launch() {
      // Its own way to start a chromedriver lets it listen to everybody.
      const service = chromedriver().build();
      const { hostname, port } = new URL(await service.start());
      const { remote } = (await importFrom(
        'webdriverio',
        'webdriverio/build/node.js',
      )) as unknown as WebdriverIo;
      const browser = await remote({
        ...{ logLevel: 'silent', hostname, port: Number(port), path: '/' },
        capabilities: { browserName: 'chrome', 'goog:chromeOptions': CHROMIUM },
      });
      const classic: Classic = {
        get: (url) => browser.navigateTo(url),
        handles: () => browser.getWindowHandles(),
        toWindow: (handle) => browser.switchToWindow(handle),
        toFrame: async (place) => browser.switchFrame(place === null ? null : await browser.$('iframe')),
        open: () => browser.createWindow('tab'),
        close: () => browser.closeWindow(),
        click: () => browser.$('html').click(),
        execute: (script) => browser.executeScript(script, []),
      };
      return withWebDriver(classic, browser as unknown as WebdriverIoBrowser, async () => {
        await browser.deleteSession();
        await service.kill();
      });
    },
  },
  {
    name: 'Selenium, WebKitGTK',
    modes: ['page'],
    missing: withoutWebKit,
    async launch() {
      const { driver, close } = await launchWebKit();
      return withSelenium(driver, close);
    },
  },
];
