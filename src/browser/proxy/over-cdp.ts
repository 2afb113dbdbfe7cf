/** Extensions over the Chrome DevTools Protocol. */
import { systemClock } from '../../base/clock.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { CdpSession, TargetInfo } from '../cdp-session.ts';
import { ifStillThere } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { HOW_TO_LAUNCH, type ProxyBrowser, type ProxyWorker } from './mode.ts';

/** A service worker starts in a fraction of this time, or never. */
const MOST_WAITING = 10_000;

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

/** @param wanted the browser context to attach to; absent: all of the browser */
export function proxyOverCdp(root: CdpSession, wanted: string | undefined): ProxyBrowser {
  const listeners = new Listeners(root);
  return {
    async check() {
      await checkExtensions(root);
      await checkContext(root, wanted);
    },
    isThere: () => root.send('Browser.getVersion'),
    install: async (path) => ((await root.send('Extensions.loadUnpacked', { path })) as { id: string }).id,
    uninstall: (id) => root.send('Extensions.uninstall', { id }),
    async onWorker(id, came) {
      await withinLimit((found) => {
        listeners.on<{ sessionId: string; targetInfo: TargetInfo }>(
          'Target.attachedToTarget',
          ({ sessionId, targetInfo: { url } }) => {
            const session = root.child(sessionId);
            if (session === undefined) return;
            if (url.startsWith(`chrome-extension://${id}/`)) {
              came(workerOver(session));
              found();
            } else void session.detach().catch(() => undefined);
          },
        );
        return root.send('Target.setAutoAttach', {
          autoAttach: true,
          waitForDebuggerOnStart: false,
          flatten: true,
          filter: [{ type: 'service_worker' }, { exclude: true }],
        });
      });
    },
    async close() {
      listeners.off();
      await ifStillThere(root.detach());
    },
  };
}

/** @throws StuntkeyError `mode-cannot` if the extension is loaded, but does not run */
export async function withinLimit(begin: (found: () => void) => Promise<unknown>): Promise<void> {
  let stop = (): void => {};
  const late = new Promise<never>((_, reject) => {
    stop = systemClock.after(MOST_WAITING, () =>
      reject(new StuntkeyError('mode-cannot', `mode proxy: the extension does not start; ${HOW_TO_LAUNCH}`)),
    );
  });
  const found = new Promise<void>((resolve, reject) => {
    begin(resolve).catch(reject);
  });
  try {
    await Promise.race([found, late]);
  } finally {
    stop();
  }
}

/** @throws StuntkeyError `mode-cannot` */
export async function checkExtensions(root: CdpSession): Promise<void> {
  // Not every browser reports how it was launched.
  const line = (await root.send('Browser.getBrowserCommandLine').catch(() => undefined)) as
    | { readonly arguments: readonly string[] }
    | undefined;
  if (line?.arguments.includes('--disable-extensions'))
    throw new StuntkeyError(
      'mode-cannot',
      `mode proxy: extensions are off in this browser; ${HOW_TO_LAUNCH}`,
    );
}

/** @throws StuntkeyError `mode-cannot` */
export async function checkContext(root: CdpSession, wanted: string | undefined): Promise<void> {
  const { browserContextIds } = (await root.send('Target.getBrowserContexts')) as {
    readonly browserContextIds: readonly string[];
  };
  if (wanted === undefined && browserContextIds.length > 0)
    throw new StuntkeyError(
      'mode-cannot',
      'mode proxy: expected a browser with its default context only, got further ones, which extensions do not reach; attach to a page of the default context, or use mode page',
    );
  if (wanted !== undefined && browserContextIds.includes(wanted))
    throw new StuntkeyError(
      'mode-cannot',
      'mode proxy: expected a page of the browser’s default context (Playwright’s launchPersistentContext has it), got one of another, which extensions do not reach; mode page can',
    );
}

function workerOver(session: CdpSession): ProxyWorker {
  return {
    async evaluate(expression) {
      const { result, exceptionDetails } = (await session.send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as Evaluated;
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
  };
}
