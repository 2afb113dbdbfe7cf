/** Puppeteer: {@link attach} to a page or a browser. Only Puppeteer's types are imported; the caller brings Puppeteer. */
import type { Browser, BrowserContext, CDPSession, Page, Target } from 'puppeteer-core';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { adoptRaw } from './adoption.ts';
import { attachTo } from './attach.ts';
import { attachBidi } from './bidi/attach.ts';
import type { BidiConnection } from './bidi/connection.ts';
import type { CdpSession } from './cdp-session.ts';
import { checkDriver, checkOpen, checkUnattached, refuseAdoption } from './given.ts';
import { guarded } from './guarded-session.ts';
import { type Attachable, type AttachOptions, checkAttachOptions, type Passkeys } from './passkeys.ts';
import { SharedWatch } from './shared-watch.ts';

export type { Loss } from './cdp/losses.ts';
export { WebAuthnDomain } from './domain/domain.ts';
export { CdpError } from './domain/error.ts';
export {
  type AuthenticatorConfiguration,
  type CredentialParameters,
  type CredentialProperties,
  VirtualAuthenticators,
  WebDriverError,
} from './domain/webdriver.ts';
export type { CeremonyEvents, CeremonyListener } from './events.ts';
export type { ResponseOverrides } from './overrides.ts';
export type { DeviceSource, PageAuthenticator } from './page/ceremonies.ts';
export type { Attachable, AttachMode, AttachOptions, Passkeys, RawAuthenticators } from './passkeys.ts';
export type { Unreached } from './reach.ts';

/** The parts of a browser that have devices attached: the browser itself, or some of its contexts. */
const attached = new WeakMap<Browser, Set<Browser | BrowserContext>>();

/**
 * Attaches one or several devices to a browser of Puppeteer: with a `Browser` to all its pages, with a `Page` to all pages of its browser
 * context, popups and frames of other sites included.
 *
 * @throws StuntkeyError `already-attached`; `bad-options`; `mode-cannot` for what the mode cannot do, or a browser that speaks
 *   neither the Chrome DevTools Protocol nor WebDriver BiDi
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { attach } from 'stuntkey/puppeteer';
 * const authenticator = new Authenticator();
 * const passkeys = await attach(page, authenticator);
 * await page.click('#register');
 * console.log(authenticator.credentials.list().length); // 1
 * await passkeys.detach();
 * ```
 */
export async function attach(
  pageOrBrowser: Page | Browser,
  devices: Attachable,
  options: AttachOptions = {},
): Promise<Passkeys> {
  checkDriver(pageOrBrowser, 'a Page or a Browser of Puppeteer’s', 'stuntkey/puppeteer');
  const { adopt = false } = checkAttachOptions(options);
  if (adopt === true)
    refuseAdoption(
      '{ session, authenticatorId } of a virtual authenticator made by the raw WebAuthn domain, got true: that is for Playwright’s context.credentials and Selenium’s virtual authenticator',
    );
  const page = 'browserContext' in pageOrBrowser ? pageOrBrowser : undefined;
  const browser = page?.browser() ?? (pageOrBrowser as Browser);
  checkOpen(browser.connected, 'browser');
  checkOpen(page?.isClosed() !== true, 'page');
  const covered: Browser | BrowserContext = page?.browserContext() ?? browser;
  const already = attached.get(browser) ?? new Set();
  attached.set(browser, already);
  const taken = already.has(covered) || already.has(browser) || (covered === browser && already.size > 0);
  checkUnattached(!taken, 'pages');
  already.add(covered);
  try {
    if (adopt !== false) await adoptRaw(adopt, devices);
    const bidi = bidiOf(browser);
    const closed = (): void => void already.delete(covered);
    return bidi === undefined
      ? await attachCdp(browser, page, devices, options, closed)
      : await attachBidi(bidi, page?.browserContext().id, devices, options, closed);
  } catch (error) {
    already.delete(covered);
    throw error;
  }
}

/** Puppeteer's connection where it speaks WebDriver BiDi: with Firefox it does, with Chromium on request. */
function bidiOf(browser: Browser): BidiConnection | undefined {
  const { connection } = browser as { connection?: BidiConnection };
  if (typeof connection?.send !== 'function') return undefined;
  return {
    send: async (method, parameters) =>
      ((await connection.send(method, parameters)) as { result: unknown }).result,
    on: (event, listener) => connection.on(event, listener),
    off: (event, listener) => connection.off(event, listener),
  };
}

/** One watch over its pages for each browser. */
const watches = new WeakMap<Browser, SharedWatch>();

async function attachCdp(
  browser: Browser,
  page: Page | undefined,
  devices: Attachable,
  options: AttachOptions,
  closed: () => void,
): Promise<Passkeys> {
  const openRoot = (): Promise<CdpSession> => rootOf(browser);
  const watch = watches.get(browser) ?? new SharedWatch(openRoot);
  watches.set(browser, watch);
  const browserContextId = page && (await contextOf(page));
  const guard = (check: () => Promise<void>): (() => void) =>
    guardPages(browser, page?.browserContext(), check);
  return attachTo(
    { watch, openRoot, guard, ...(browserContextId !== undefined && { browserContextId }) },
    devices,
    options,
    closed,
  );
}

/** Makes pages give sessions that call `check` when they end. @returns a function that ends that */
function guardPages(
  browser: Browser,
  context: BrowserContext | undefined,
  check: () => Promise<void>,
): () => void {
  const undo: (() => void)[] = [];
  const guard = (page: Page | null): void => {
    if (page === null) return;
    const { createCDPSession } = page;
    page.createCDPSession = async () => guarded(await createCDPSession.call(page), check);
    undo.push(() => {
      page.createCDPSession = createCDPSession;
    });
  };
  const covered = context ?? browser;
  const came = (target: Target): void => {
    if (target.type() === 'page') void target.page().then(guard, () => undefined);
  };
  for (const target of covered.targets()) came(target);
  covered.on('targetcreated', came);
  undo.push(() => covered.off('targetcreated', came));
  return () => {
    for (const back of undo) back();
  };
}

async function rootOf(browser: Browser): Promise<CdpSession> {
  try {
    return adapt(await browser.target().createCDPSession());
  } catch (cause) {
    throw new StuntkeyError(
      'mode-cannot',
      'expected a browser that speaks the Chrome DevTools Protocol or WebDriver BiDi',
      {
        cause,
      },
    );
  }
}

/** The ID of a page's context. This opens no session at the page, because its end would remove the devices of others from the page. */
async function contextOf(page: Page): Promise<string | undefined> {
  const { id } = page.browserContext();
  if (id !== undefined) return id;
  const root = await rootOf(page.browser());
  const { defaultBrowserContextId } = (await root.send('Target.getBrowserContexts')) as {
    defaultBrowserContextId?: string;
  };
  await root.detach();
  return defaultBrowserContextId;
}

function adapt(session: CDPSession): CdpSession {
  return {
    send: (method, parameters) => session.send(method as 'Page.enable', parameters as undefined),
    on: (event, listener) => session.on(event as 'Page.loadEventFired', listener as () => void),
    off: (event, listener) => session.off(event as 'Page.loadEventFired', listener as () => void),
    child(id) {
      const child = session.connection()?.session(id);
      return child ? adapt(child) : undefined;
    },
    detach: () => session.detach(),
    onSessionEnd(listener) {
      const connection = session.connection();
      connection?.on('sessiondetached', listener);
      return () => connection?.off('sessiondetached', listener);
    },
  };
}
