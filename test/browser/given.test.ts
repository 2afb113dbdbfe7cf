/** Mistakes at attach, by those who use it for the first time. */
import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/browser/events.ts';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach as attachPuppeteer } from '../../src/browser/puppeteer.ts';
import { attach as attachWebDriver } from '../../src/browser/webdriver.ts';
import { Authenticator } from '../../src/entries/index.ts';

const method = (): undefined => undefined;
const device = (): Authenticator => new Authenticator();

/** As much of a driver's objects as attach looks at before it does anything. */
const puppeteerPage = (closed: boolean, connected: boolean): object => ({
  browserContext: method,
  evaluateOnNewDocument: method,
  isClosed: () => closed,
  browser: () => ({ connected }),
});
const playwrightContext = (closed: boolean): object => ({
  addInitScript: method,
  newPage: method,
  isClosed: () => closed,
  browser: () => null,
});
const selenium = { getBidi: method };

const ATTACH = {
  puppeteer: attachPuppeteer as (given: unknown, devices: unknown) => Promise<unknown>,
  playwright: attachPlaywright as (given: unknown, devices: unknown) => Promise<unknown>,
  webdriver: attachWebDriver as (given: unknown, devices: unknown) => Promise<unknown>,
};

describe('attach is told', () => {
  it.each([
    ['puppeteer', undefined, /expected a Page or a Browser of Puppeteer’s, got undefined/],
    ['puppeteer', null, /got null/],
    ['puppeteer', Promise.resolve(), /got a promise: did you forget await\?/],
    ['puppeteer', 'page', /got page/],
    ['puppeteer', {}, /got an object of the class Object/],
    ['puppeteer', playwrightContext(false), /Playwright’s: import attach from stuntkey\/playwright/],
    ['puppeteer', selenium, /Selenium’s: import attach from stuntkey\/webdriver/],
    ['puppeteer', puppeteerPage(true, true), /expected an open page, got one that is closed/],
    ['puppeteer', puppeteerPage(false, false), /expected an open browser, got one that is closed/],
    ['playwright', undefined, /expected a BrowserContext or a Page of Playwright’s, got undefined/],
    ['playwright', Promise.resolve(), /did you forget await/],
    ['playwright', puppeteerPage(false, true), /Puppeteer’s: import attach from stuntkey\/puppeteer/],
    ['playwright', playwrightContext(true), /expected an open context, got one that is closed/],
    ['webdriver', undefined, /got undefined/],
    ['webdriver', Promise.resolve(), /did you forget await/],
    ['webdriver', puppeteerPage(false, true), /import attach from stuntkey\/puppeteer/],
  ] as const)('by %s what was given, and what is wanted: %o', async (name, given, message) => {
    const attaching = ATTACH[name](given, device());
    await expect(attaching).rejects.toMatchObject({ name: 'StuntkeyError', code: 'bad-options' });
    await expect(attaching).rejects.toThrow(message);
  });

  it.each([
    [undefined, /expected an Authenticator, several in an array.*got undefined/],
    [null, /got null/],
    [Promise.resolve(), /got a promise: did you forget await\?/],
    [{}, /got an object of the class Object/],
    [Authenticator, /got a function/],
    [{ authenticator: device() }, /Object: attach\(browser, authenticator, \{ mode \}\)$/],
    [[], /got none/],
    [[device(), undefined], /got undefined at place 1/],
  ])('what devices are, and that these are none: %o', async (devices, message) => {
    const driver = { send: async () => ({}), on: method, off: method };
    const attaching = ATTACH.webdriver(driver, devices);
    await expect(attaching).rejects.toMatchObject({ name: 'StuntkeyError', code: 'bad-options' });
    await expect(attaching).rejects.toThrow(message);
  });

  it('which events there are to listen to', () => {
    const events = new Emitter();
    const on =
      (...given: unknown[]) =>
      () =>
        events.on(...(given as [never, never]));
    expect(on('registerd', () => {})).toThrow('got registerd; did you mean registered?');
    expect(on('created', () => {})).toThrow(
      'on: expected one of registered, authenticated, refused, restored, excluded, got created; did you mean registered?',
    );
    expect(on('registered')).toThrow('on: expected a function for registered, got undefined');
  });

  it('what there is to adopt, by each door', async () => {
    const page = puppeteerPage(false, true) as never;
    await expect(attachPuppeteer(page, device(), { adopt: true })).rejects.toThrow(
      /adopt: expected \{ session, authenticatorId \} .*got true/,
    );
    const session = { send: async () => ({ credentials: [] }) };
    const raw = { session, authenticatorId: 'A' };
    await expect(attachWebDriver(selenium as never, device(), { adopt: raw })).rejects.toThrow(
      /adopt: expected true, for Selenium’s virtual authenticator/,
    );
    await expect(attachPuppeteer(page, [device(), device()], { adopt: raw })).rejects.toThrow(
      /adopt: expected one Authenticator/,
    );
    await expect(attachPuppeteer(page, device(), { adopt: { session } as never })).rejects.toThrow(/adopt/);
    const none = {
      session: { send: () => Promise.reject(new Error('Could not find it')) },
      authenticatorId: 'A',
    };
    await expect(attachPuppeteer(page, device(), { adopt: none })).rejects.toThrow(
      /adopt: expected the authenticatorId of a virtual authenticator of this session’s page, got "A"/,
    );
  });
});
