/** Attaches devices to a browser that speaks the Chrome DevTools Protocol, whatever drives it. */
import type { CdpSession } from './cdp-session.ts';
import { PageMode } from './page/mode.ts';
import type { Answerer } from './page/questions.ts';
import { type Attachable, type AttachOptions, type Passkeys, passkeysOf, prepare } from './passkeys.ts';
import { openProxyMode } from './proxy/mode.ts';
import { proxyOverCdp } from './proxy/over-cdp.ts';
import { ifStillThere, TargetWatch } from './targets.ts';

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
 * @throws StuntkeyError `bad-options`, or `already-attached`, `mode-cannot` for a device or browser that the mode cannot do with
 */
export async function attachTo(
  { root, browserContextId }: Scope,
  devices: Attachable,
  options: AttachOptions = {},
): Promise<Passkeys> {
  const attachment = await prepare(devices, options);
  if (attachment.mode === 'proxy') {
    const browser = proxyOverCdp(root, browserContextId);
    return passkeysOf(attachment, await openProxyMode(browser, attachment.answer as Answerer));
  }
  const mode = attachment.chromium ?? new PageMode(attachment.answer as Answerer);
  const watch = new TargetWatch(root, {
    wants: (info) => browserContextId === undefined || info.browserContextId === browserContextId,
    enter: (target, go) => mode.enter(target, go),
    leave: (target) => mode.leave(target),
  });
  try {
    await watch.open();
  } catch (error) {
    watch.close();
    await mode.close();
    throw error;
  }
  return passkeysOf(attachment, {
    settled: () => watch.settled(),
    close: async () => {
      await watch.settled();
      watch.close();
      await mode.close();
      await ifStillThere(root.detach());
    },
  });
}
