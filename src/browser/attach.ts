/** Attaches devices to a browser that speaks the Chrome DevTools Protocol, whatever drives it. */
import type { CdpSession, TargetInfo } from './cdp-session.ts';
import { PageMode } from './page/mode.ts';
import type { Answerer } from './page/questions.ts';
import { fetchThroughBrowser } from './page/related.ts';
import {
  type Attachable,
  type AttachOptions,
  type DriverSide,
  type Passkeys,
  passkeysOf,
  prepare,
} from './passkeys.ts';
import { openProxyMode } from './proxy/mode.ts';
import { proxyOverCdp } from './proxy/over-cdp.ts';
import { Reach } from './reach.ts';
import { type AttachedTarget, ifStillThere, TargetWatch } from './targets.ts';

/** A browser, or that part of it which is covered. */
export interface Scope {
  /** A session at the browser itself. */
  readonly root: CdpSession;
  /** Absent: all of it. */
  readonly browserContextId?: string;
}

/**
 * Attaches to pages, popups and frames, those that are there and those that come.
 *
 * @param closed called when devices can be attached again
 * @throws StuntkeyError `bad-options`, or `already-attached`, `mode-cannot` for a device or browser that the mode cannot do with
 */
export async function attachTo(
  { root, browserContextId }: Scope,
  devices: Attachable,
  options: AttachOptions,
  closed: () => void,
): Promise<Passkeys> {
  const fetch = options.fetch ?? fetchThroughBrowser(root, browserContextId);
  const attachment = await prepare(devices, { ...options, fetch });
  if (attachment.mode === 'proxy') {
    const browser = proxyOverCdp(root, browserContextId);
    return passkeysOf(attachment, await openProxyMode(browser, attachment.answer as Answerer), closed);
  }
  const mode = attachment.chromium ?? new PageMode(attachment.answer as Answerer);
  const reach = new Reach(options.patience);
  const visitor = {
    wants: (info: TargetInfo) => browserContextId === undefined || info.browserContextId === browserContextId,
    enter: (target: AttachedTarget, go: () => Promise<unknown>) => mode.enter(target, go),
    leave: (target: AttachedTarget) => mode.leave(target),
  };
  const watch = new TargetWatch(root, visitor, reach);
  try {
    await watch.open();
  } catch (error) {
    await watch.close();
    await mode.close(reach).catch(() => undefined);
    await reach.settled();
    throw error;
  }
  const leave = async (): Promise<void> => {
    await reach.idle();
    await ifStillThere(root.detach());
  };
  const driver: DriverSide = {
    settled: () => reach.settled(),
    unreached: () => reach.unreached,
    async close() {
      await reach.settled();
      await watch.close();
      try {
        await mode.close(reach);
      } finally {
        // A page that does not answer is put back when it does, if ever; until then the sessions stay.
        const left = leave();
        await Promise.race([left, reach.settled()]);
        if (reach.unreached.length > 0) left.catch(() => undefined);
        else await left;
      }
    },
  };
  return passkeysOf(attachment, driver, closed);
}
