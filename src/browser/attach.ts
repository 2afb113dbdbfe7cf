/** Attaches devices to a browser that speaks the Chrome DevTools Protocol, whatever drives it. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import type { Fetch } from '../client/related-origins.ts';
import { StuntkeyError } from '../codec/stuntkey-error.ts';
import { ChromiumMode } from './cdp/mode.ts';
import type { CdpSession } from './cdp-session.ts';
import { type CeremonyEvents, type CeremonyListener, Emitter } from './events.ts';
import { type DeviceSource, type PageAuthenticator, PageCeremonies } from './page/ceremonies.ts';
import { type Mode, PageMode } from './page/mode.ts';
import { ifStillThere, TargetWatch } from './targets.ts';

export type AttachMode = 'page' | 'cdp';

export interface AttachOptions {
  /**
   * `page` (the default): the page is answered by our client and our devices. `cdp`: by Chromium's own virtual authenticator, set
   * up to match our device, holding its keys.
   */
  readonly mode?: AttachMode;
  /** How mode `page` asks other sites whether they are related to a page's. Default: it does not, and they are not. */
  readonly fetch?: Fetch;
}

/** What can be attached: a device, several, or something whose devices come and go, such as a `WebAuthnDomain`. */
export type Attachable = Authenticator | PageAuthenticator | readonly PageAuthenticator[] | DeviceSource;

/** Devices attached to a browser. */
export interface Passkeys extends AsyncDisposable {
  readonly mode: AttachMode;
  /** Chromium's person verifies himself from now on, or does not. Of `cdp` mode; in `page` mode the device's own user does as told. */
  setUserVerified(verified: boolean): Promise<void>;
  /** Chromium's person touches the key from now on, or never comes. Of `cdp` mode. */
  setPresence(present: boolean): Promise<void>;
  /** What Chromium's device does wrong from now on; what is left out it does right. Of `cdp` mode. */
  setResponseOverrides(overrides: ResponseOverrides): Promise<void>;
  /** Listens; the function returned stops it. */
  on<Name extends keyof CeremonyEvents>(name: Name, listener: CeremonyListener<Name>): () => void;
  /** Resolves when what is under way between browser and device has arrived. */
  settled(): Promise<void>;
  /** Puts every page back as it was. Calling it again does nothing. */
  detach(): Promise<void>;
}

export interface ResponseOverrides {
  readonly bogusSignature?: boolean;
  /** Flag UV is cleared. */
  readonly badUV?: boolean;
  /** Flag UP is cleared. */
  readonly badUP?: boolean;
}

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
  { mode = 'page', fetch }: AttachOptions = {},
): Promise<Passkeys> {
  const events = new Emitter();
  const chosen = modeFor(mode, devices, events, fetch);
  await chosen.prepare?.();
  const watch = new TargetWatch(root, {
    wants: (info) => browserContextId === undefined || info.browserContextId === browserContextId,
    enter: (target, go) => chosen.enter(target, go),
    leave: (target) => chosen.leave(target),
  });
  try {
    await watch.open();
  } catch (error) {
    watch.close();
    await chosen.close();
    throw error;
  }
  const chromium = (): ChromiumMode => {
    if (chosen instanceof ChromiumMode) return chosen;
    throw new StuntkeyError(
      'mode-cannot',
      `expected mode cdp, got ${mode}: here, tell the authenticator's user`,
    );
  };
  let detached: Promise<void> | undefined;
  const detach = async (): Promise<void> => {
    await watch.settled();
    watch.close();
    await chosen.close();
    await ifStillThere(root.detach());
  };
  const passkeys: Passkeys = {
    mode,
    setUserVerified: async (verified) => chromium().setUserVerified(verified),
    setPresence: async (present) => chromium().setPresence(present),
    setResponseOverrides: async (overrides) => chromium().setResponseOverrides(overrides),
    on: (name, listener) => events.on(name, listener),
    settled: async () => {
      await watch.settled();
      await chosen.settled?.();
    },
    detach: () => {
      detached ??= detach();
      return detached;
    },
    [Symbol.asyncDispose]: () => passkeys.detach(),
  };
  return passkeys;
}

function modeFor(
  mode: AttachMode,
  attachable: Attachable,
  events: Emitter,
  fetch: Fetch | undefined,
): Mode & { prepare?(): Promise<void>; settled?(): Promise<void> } {
  const source: DeviceSource =
    'devices' in attachable
      ? attachable
      : { devices: (Array.isArray(attachable) ? [...attachable] : [attachable]) as PageAuthenticator[] };
  if (!('devices' in attachable) && source.devices.length === 0)
    throw new StuntkeyError('bad-options', 'authenticator: expected one or several, got none');
  if (mode === 'page') {
    const ceremonies = new PageCeremonies(source, events, fetch);
    return new PageMode((question, caller, signal) => ceremonies.answer(question, caller, signal));
  }
  if (mode !== 'cdp')
    throw new StuntkeyError('bad-options', `mode: expected page or cdp, got ${String(mode)}`);
  if ('devices' in attachable)
    throw new StuntkeyError('mode-cannot', 'mode cdp: expected an Authenticator, got a domain of our own');
  return new ChromiumMode(source.devices as readonly Authenticator[], events);
}
