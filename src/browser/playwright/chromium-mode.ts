/** `mode: 'cdp'` over Playwright: every page of a context has a virtual authenticator of Chromium's. */
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { ChromiumMode } from '../cdp/mode.ts';
import type { CdpSession } from '../cdp-session.ts';
import type { DriverSide } from '../passkeys.ts';
import { type AttachedTarget, ifStillThere } from '../targets.ts';

export function adapt(session: CDPSession): CdpSession {
  return {
    send: (method, parameters) => session.send(method as 'Page.enable', parameters as undefined),
    on: (event, listener) => session.on(event as 'Page.loadEventFired', listener as () => void),
    off: (event, listener) => session.off(event as 'Page.loadEventFired', listener as () => void),
    child: () => undefined,
    detach: () => session.detach(),
  };
}

/**
 * Pages that come are entered when Playwright tells of them. `newPage` waits until that is done; a popup's own first script
 * may be earlier.
 *
 * @throws StuntkeyError `mode-cannot` in a browser that is not Chromium
 */
export async function openChromiumMode(context: BrowserContext, mode: ChromiumMode): Promise<DriverSide> {
  const entering = new Set<Promise<void>>();
  const targets = new Map<Page, AttachedTarget>();

  async function enter(page: Page): Promise<void> {
    const session = adapt(await sessionOf(context, page));
    const info = { targetId: '', type: 'page', url: page.url() };
    const target = { session, info, parent: undefined, locate: async () => page.url() };
    targets.set(page, target);
    page.once('close', () => {
      if (targets.delete(page)) mode.leave(target);
    });
    await mode.enter(target, async () => {});
  }
  const entered = (page: Page): Promise<void> => {
    const work = ifStillThere(enter(page));
    const done = work.catch(() => undefined);
    entering.add(done);
    void done.then(() => entering.delete(done));
    return work;
  };
  const settled = async (): Promise<void> => {
    while (entering.size > 0) await Promise.all(entering);
  };

  const came = (page: Page): void => void entered(page).catch(() => undefined);
  const { newPage } = context;
  const close = async (): Promise<void> => {
    context.off('page', came);
    context.newPage = newPage;
    await settled();
    await mode.close();
    for (const { session } of targets.values()) await ifStillThere(session.detach());
    targets.clear();
  };
  context.on('page', came);
  context.newPage = async () => {
    const page = await newPage.call(context);
    await settled();
    return page;
  };
  try {
    await Promise.all(context.pages().map(entered));
  } catch (error) {
    await close();
    throw error;
  }
  return { settled, close };
}

async function sessionOf(context: BrowserContext, page: Page): Promise<CDPSession> {
  try {
    return await context.newCDPSession(page);
  } catch (cause) {
    if (!/CDP session is only available in Chromium/i.test((cause as Error).message)) throw cause;
    const message = 'mode cdp: expected Chromium, got another browser; mode page can';
    throw new StuntkeyError('mode-cannot', message, { cause });
  }
}
