/** `mode: 'cdp'` over Playwright: every page of a context has a virtual authenticator of Chromium's. */
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { ChromiumMode } from '../cdp/mode.ts';
import { Closing } from '../closing.ts';
import { ifStillThere } from '../gone.ts';
import { guarded } from '../guarded-session.ts';
import type { DriverSide } from '../passkeys.ts';
import type { AttachedTarget } from '../targets.ts';
import { adapt } from './adapt.ts';

/**
 * Pages that come are entered when Playwright tells of them. `newPage` waits until that is done; a popup's own first script
 * may be earlier.
 *
 * @throws StuntkeyError `mode-cannot` in a browser that is not Chromium
 */
export async function openChromiumMode(context: BrowserContext, mode: ChromiumMode): Promise<DriverSide> {
  const { newPage, newCDPSession } = context;
  const entering = new Set<Promise<void>>();
  const targets = new Map<Page, AttachedTarget>();

  async function enter(page: Page): Promise<void> {
    const session = adapt(await sessionOf(() => newCDPSession.call(context, page)));
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
  const close = async (): Promise<void> => {
    const closing = new Closing();
    context.off('page', came);
    context.newPage = newPage;
    context.newCDPSession = newCDPSession;
    await closing.step('pages that came', settled);
    await closing.step('the mode', () => mode.close());
    targets.clear();
    closing.finish();
  };
  context.on('page', came);
  context.newPage = async () => {
    const page = await newPage.call(context);
    await settled();
    return page;
  };
  context.newCDPSession = async (page) =>
    guarded(await newCDPSession.call(context, page), () => mode.check());
  try {
    await Promise.all(context.pages().map(entered));
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  return { settled, close };
}

async function sessionOf(open: () => Promise<CDPSession>): Promise<CDPSession> {
  try {
    return await open();
  } catch (cause) {
    if (!/CDP session is only available in Chromium/i.test((cause as Error).message)) throw cause;
    const message = 'mode cdp: expected Chromium, got another browser; mode page can';
    throw new StuntkeyError('mode-cannot', message, { cause });
  }
}
