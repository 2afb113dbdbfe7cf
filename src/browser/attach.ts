/** Attaches devices to a browser that speaks the Chrome DevTools Protocol, whatever drives it. */
import type { CdpSession } from './cdp-session.ts';
import { PageMode } from './page/mode.ts';
import type { Answerer } from './page/questions.ts';
import { type Attachable, type AttachOptions, type Passkeys, passkeysOf, prepare } from './passkeys.ts';
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
 * @throws StuntkeyError `bad-options`, or `mode-cannot` for a device that the mode cannot stand for
 */
export async function attachTo(
  { root, browserContextId }: Scope,
  devices: Attachable,
  options: AttachOptions = {},
): Promise<Passkeys> {
  const attachment = await prepare(devices, options);
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
