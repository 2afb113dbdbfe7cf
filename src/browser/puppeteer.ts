/** Puppeteer: {@link attach} to a page or a browser. Puppeteer is a type here; the caller brings it. */
import type { Browser, BrowserContext, CDPSession, Page } from 'puppeteer-core';
import { StuntkeyError } from '../codec/stuntkey-error.ts';
import { attachTo } from './attach.ts';
import type { CdpSession } from './cdp-session.ts';
import type { Attachable, AttachOptions, Passkeys } from './passkeys.ts';

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
export type { Attachable, AttachMode, AttachOptions, Passkeys } from './passkeys.ts';

/** What of a browser has devices attached: itself, or some of its contexts. */
const attached = new WeakMap<Browser, Set<Browser | BrowserContext>>();

/**
 * Attaches one device or several to what Puppeteer drives: with a `Browser` to all of it, with a `Page` to all pages of its browser
 * context, popups and frames of other sites included.
 *
 * @throws StuntkeyError `already-attached`; `bad-options`; `mode-cannot` for what the mode cannot do, or a browser that does not
 *   speak the Chrome DevTools Protocol
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
  const page = 'browserContext' in pageOrBrowser ? pageOrBrowser : undefined;
  const browser = page?.browser() ?? (pageOrBrowser as Browser);
  const covered: Browser | BrowserContext = page?.browserContext() ?? browser;
  const already = attached.get(browser) ?? new Set();
  attached.set(browser, already);
  if (already.has(covered) || already.has(browser) || (covered === browser && already.size > 0)) {
    throw new StuntkeyError(
      'already-attached',
      'expected pages without devices attached; detach first, or attach several devices at once',
    );
  }
  already.add(covered);
  let root: CdpSession | undefined;
  try {
    root = await rootOf(browser);
    const browserContextId = page && (await contextOf(page));
    const scope = { root, ...(browserContextId !== undefined && { browserContextId }) };
    const passkeys = await attachTo(scope, devices, options);
    const detach = async (): Promise<void> => {
      await passkeys.detach();
      already.delete(covered);
    };
    return { ...passkeys, detach, [Symbol.asyncDispose]: detach };
  } catch (error) {
    already.delete(covered);
    await root?.detach().catch(() => undefined);
    throw error;
  }
}

async function rootOf(browser: Browser): Promise<CdpSession> {
  try {
    return adapt(await browser.target().createCDPSession());
  } catch (cause) {
    throw new StuntkeyError('mode-cannot', 'expected a browser that speaks the Chrome DevTools Protocol', {
      cause,
    });
  }
}

async function contextOf(page: Page): Promise<string | undefined> {
  const session = await page.createCDPSession();
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  return targetInfo.browserContextId;
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
  };
}
