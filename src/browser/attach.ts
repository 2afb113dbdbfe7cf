/** Attaches devices to a browser that speaks the Chrome DevTools Protocol, with any driver. */
import type { Fetch } from '../webauthn/related-origins.ts';
import type { CdpSession, TargetInfo } from './cdp-session.ts';
import { PageMode } from './page/mode.ts';
import type { Answerer } from './page/questions.ts';
import { fetchThroughBrowser } from './page/related.ts';
import {
  type Attachable,
  type Attachment,
  type AttachOptions,
  type DriverSide,
  type Passkeys,
  passkeysOf,
  prepare,
} from './passkeys.ts';
import { openProxyMode } from './proxy/mode.ts';
import { proxyOverCdp } from './proxy/over-cdp.ts';
import { Reach } from './reach.ts';
import { NotJoined, type SharedWatch, type Stay } from './shared-watch.ts';
import type { TargetVisitor } from './targets.ts';

/** A browser, or the part of it that devices are attached to. */
export interface Scope {
  /** The browser's watch, which everything attached to its parts shares. */
  readonly watch: SharedWatch;
  /** Opens a session at the browser itself. */
  readonly openRoot: () => Promise<CdpSession>;
  /** Absent: the whole browser. */
  readonly browserContextId?: string;
  /** Makes sessions that the caller opens on these pages wait for `check` when they end. @returns a function that ends that */
  readonly guard?: (check: () => Promise<void>) => () => void;
}

/**
 * Attaches to pages, popups and frames, those that are open and those that come.
 *
 * @param closed called when devices can be attached again
 * @throws StuntkeyError `bad-options`, or `already-attached`, `mode-cannot` for a device or browser that the mode cannot do with
 */
export async function attachTo(
  { watch, openRoot, browserContextId, guard }: Scope,
  devices: Attachable,
  options: AttachOptions,
  closed: () => void,
): Promise<Passkeys> {
  // A browser is asked for other sites' lists once there is a session at it.
  let through: Fetch | undefined;
  const fetch: Fetch = options.fetch ?? ((url, init) => (through as Fetch)(url, init));
  const attachment = await prepare(devices, { ...options, fetch });
  if (attachment.mode === 'proxy') return attachProxy(attachment, await openRoot(), browserContextId, closed);
  const { chromium } = attachment;
  const mode = chromium ?? new PageMode(attachment.answer as Answerer);
  const reach = new Reach(options.patience);
  const visitor: TargetVisitor = {
    wants: (info: TargetInfo) => browserContextId === undefined || info.browserContextId === browserContextId,
    enter: (target, go) => mode.enter(target, go),
    leave: (target) => mode.leave(target),
  };
  let stay: Stay;
  try {
    stay = await watch.join(visitor, reach);
    through = fetchThroughBrowser(stay.root, browserContextId);
  } catch (error) {
    await mode.close(reach).catch(() => undefined);
    await reach.settled();
    if (!(error instanceof NotJoined)) throw error;
    await error.stay.leave();
    throw error.cause;
  }
  const check = async (): Promise<void> => chromium?.check().catch(() => undefined);
  const unlisten = chromium && stay.root.onSessionEnd?.(() => void check());
  const unguard = chromium && guard?.(check);
  const leave = async (): Promise<void> => {
    await reach.idle();
    await stay.leave();
  };
  const driver: DriverSide = {
    settled: () => reach.settled(),
    unreached: () => reach.unreached,
    async close() {
      await reach.settled();
      unlisten?.();
      unguard?.();
      stay.part();
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

async function attachProxy(
  attachment: Attachment,
  root: CdpSession,
  browserContextId: string | undefined,
  closed: () => void,
): Promise<Passkeys> {
  try {
    const browser = proxyOverCdp(root, browserContextId);
    return passkeysOf(attachment, await openProxyMode(browser, attachment.answer as Answerer), closed);
  } catch (error) {
    await root.detach().catch(() => undefined);
    throw error;
  }
}
