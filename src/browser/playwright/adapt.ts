/** Playwright's sessions of the Chrome DevTools Protocol. */
import type { CDPSession } from '@playwright/test';
import type { CdpSession } from '../cdp-session.ts';

export function adapt(session: CDPSession): CdpSession {
  return {
    send: (method, parameters) => session.send(method as 'Page.enable', parameters as undefined),
    on: (event, listener) => session.on(event as 'Page.loadEventFired', listener as () => void),
    off: (event, listener) => session.off(event as 'Page.loadEventFired', listener as () => void),
    child: () => undefined,
    detach: () => session.detach(),
  };
}
