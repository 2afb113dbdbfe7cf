/** Attaches devices to a browser that speaks the Chrome DevTools Protocol, whatever drives it. */
import type { CdpSession } from './cdp-session.ts';
import { Closing } from './closing.ts';
import { PageMode } from './page/mode.ts';
import type { Answerer } from './page/questions.ts';
import {
  type Attachable,
  type Attachment,
  type AttachOptions,
  type Passkeys,
  passkeysOf,
  prepare,
} from './passkeys.ts';
import { openProxyMode } from './proxy/mode.ts';
import { proxyOverCdp } from './proxy/over-cdp.ts';
import type { SharedWatch, Stay } from './shared-watch.ts';
import type { TargetVisitor } from './targets.ts';

/** A browser, or that part of it which is covered. */
export interface Scope {
  /** Of the browser, for all that is attached to parts of it. */
  readonly watch: SharedWatch;
  /** Opens a session at the browser itself. */
  readonly openRoot: () => Promise<CdpSession>;
  /** Absent: all of it. */
  readonly browserContextId?: string;
  /** Has sessions that the caller opens on these pages wait, when they end, for what is given. @returns what ends that */
  readonly guard?: (check: () => Promise<void>) => () => void;
}

/**
 * Attaches to pages, popups and frames, those that are there and those that come.
 *
 * @throws StuntkeyError `bad-options`, or `already-attached`, `mode-cannot` for a device or browser that the mode cannot do with
 */
export async function attachTo(
  { watch, openRoot, browserContextId, guard }: Scope,
  devices: Attachable,
  options: AttachOptions = {},
): Promise<Passkeys> {
  const attachment = await prepare(devices, options);
  if (attachment.mode === 'proxy') return attachProxy(attachment, await openRoot(), browserContextId);
  const { chromium } = attachment;
  const mode = chromium ?? new PageMode(attachment.answer as Answerer);
  const visitor: TargetVisitor = {
    wants: (info) => browserContextId === undefined || info.browserContextId === browserContextId,
    enter: (target, go) => mode.enter(target, go),
    leave: (target) => mode.leave(target),
  };
  let stay: Stay;
  try {
    stay = await watch.join(visitor);
  } catch (error) {
    await mode.close(new Closing());
    throw error;
  }
  const check = async (): Promise<void> => chromium?.check().catch(() => undefined);
  const unlisten = chromium && stay.root.onSessionEnd?.(() => void check());
  const unguard = chromium && guard?.(check);
  return passkeysOf(attachment, {
    settled: () => stay.settled(),
    close: async () => {
      const closing = new Closing();
      await closing.step('pages that came', () => stay.settled());
      unlisten?.();
      unguard?.();
      stay.part();
      await closing.step('the mode', () => mode.close(closing));
      await stay.leave(closing);
      closing.finish();
    },
  });
}

async function attachProxy(
  attachment: Attachment,
  root: CdpSession,
  browserContextId: string | undefined,
): Promise<Passkeys> {
  try {
    const browser = proxyOverCdp(root, browserContextId);
    return passkeysOf(attachment, await openProxyMode(browser, attachment.answer as Answerer));
  } catch (error) {
    await root.detach().catch(() => undefined);
    throw error;
  }
}
