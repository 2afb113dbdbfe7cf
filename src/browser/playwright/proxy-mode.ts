/** `mode: 'proxy'` over Playwright: in a persistent context, which is the browser's default one. */
import type { BrowserContext, Worker } from '@playwright/test';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { CdpSession } from '../cdp-session.ts';
import { ifStillThere } from '../gone.ts';
import type { ProxyBrowser, ProxyWorker } from '../proxy/mode.ts';
import { checkContext, checkExtensions, withinLimit } from '../proxy/over-cdp.ts';
import { adapt } from './adapt.ts';

/** @throws StuntkeyError `mode-cannot` in a browser that is not Chromium, or that is not reached as a whole */
export async function proxyOverPlaywright(context: BrowserContext): Promise<ProxyBrowser> {
  const root = await rootOf(context);
  let unlisten = (): void => {};
  return {
    async check() {
      await checkExtensions(root);
      await checkContext(root, await contextIdOf(context));
    },
    isThere: () => root.send('Browser.getVersion'),
    install: async (path) => ((await root.send('Extensions.loadUnpacked', { path })) as { id: string }).id,
    uninstall: (id) => root.send('Extensions.uninstall', { id }),
    onWorker: (id, came) =>
      withinLimit(async (found) => {
        const look = (worker: Worker): void => {
          if (!worker.url().startsWith(`chrome-extension://${id}/`)) return;
          came(workerOver(worker));
          found();
        };
        context.on('serviceworker', look);
        unlisten = () => context.off('serviceworker', look);
        for (const worker of context.serviceWorkers()) look(worker);
      }),
    async close() {
      unlisten();
      await ifStillThere(root.detach());
    },
  };
}

async function rootOf(context: BrowserContext): Promise<CdpSession> {
  const browser = context.browser();
  try {
    if (browser === null) throw new Error('the context does not tell its browser');
    return adapt(await browser.newBrowserCDPSession());
  } catch (cause) {
    const message = `mode proxy: expected Chromium (${(cause as Error).message}); mode page can`;
    throw new StuntkeyError('mode-cannot', message, { cause });
  }
}

/** Playwright reports it for pages only. */
async function contextIdOf(context: BrowserContext): Promise<string> {
  const [there] = context.pages();
  const page = there ?? (await context.newPage());
  const session = await context.newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  if (there === undefined) await page.close();
  return targetInfo.browserContextId as string;
}

function workerOver(worker: Worker): ProxyWorker {
  return { evaluate: (expression) => worker.evaluate(expression) };
}
