/**
 * `mode: 'cdp'`: Chromium's own virtual authenticator answers, set up to match our device, one in every page; all of them and our
 * store are kept the same. Frames of a page are served by the page's.
 */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { CdpSession } from '../cdp-session.ts';
import type { Emitter } from '../events.ts';
import type { ResponseOverrides } from '../overrides.ts';
import type { Mode } from '../page/mode.ts';
import { type AttachedTarget, ifStillThere } from '../targets.ts';
import { ChromiumDevice } from './device.ts';
import { checkPortable } from './options.ts';

/** What the handle says of Chromium's person and device, for pages that come later, too. */
type Setting = 'setUserVerified' | 'setAutomaticPresenceSimulation' | 'setResponseOverrideBits';

interface Served {
  readonly session: CdpSession;
  readonly devices: readonly ChromiumDevice[];
}

export class ChromiumMode implements Mode {
  readonly #authenticators: readonly Authenticator[];
  readonly #events: Emitter;
  readonly #pages = new Map<AttachedTarget, Served>();
  readonly #settings = new Map<Setting, object>();
  #unwatch: readonly (() => void)[] = [];

  constructor(authenticators: readonly Authenticator[], events: Emitter) {
    this.#authenticators = authenticators;
    this.#events = events;
  }

  /** @throws StuntkeyError `mode-cannot` */
  async prepare(): Promise<void> {
    await checkPortable(this.#authenticators);
    this.#unwatch = this.#authenticators.map(({ credentials }, place) =>
      credentials.watch((ids) => {
        for (const { devices } of this.#pages.values()) devices[place]?.push(ids);
      }),
    );
  }

  async enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void> {
    const { session } = target;
    if (target.parent === undefined) {
      await session.send('WebAuthn.enable');
      const devices = this.#authenticators.map(
        (authenticator) => new ChromiumDevice(session, authenticator, this.#events),
      );
      this.#pages.set(target, { session, devices });
      await Promise.all(devices.map((device) => device.open()));
      for (const [command, parameters] of this.#settings)
        await Promise.all(devices.map((device) => device.send(command, parameters)));
    }
    await go();
  }

  leave(target: AttachedTarget): void {
    for (const device of this.#pages.get(target)?.devices ?? []) device.close();
    this.#pages.delete(target);
  }

  async settled(): Promise<void> {
    const devices = this.#devices();
    // Events come in the order of answers: after this answer, those of what the page did before are here.
    await ifStillThere(Promise.all(devices.map((device) => device.send('getCredentials', {}))));
    await Promise.all(devices.map((device) => device.settled()));
  }

  setUserVerified(isUserVerified: boolean): Promise<void> {
    return this.#set('setUserVerified', { isUserVerified });
  }

  setPresence(enabled: boolean): Promise<void> {
    return this.#set('setAutomaticPresenceSimulation', { enabled });
  }

  setResponseOverrides({
    bogusSignature = false,
    badUV = false,
    badUP = false,
  }: ResponseOverrides): Promise<void> {
    return this.#set('setResponseOverrideBits', {
      isBogusSignature: bogusSignature,
      isBadUV: badUV,
      isBadUP: badUP,
    });
  }

  async close(): Promise<void> {
    await this.settled();
    for (const unwatch of this.#unwatch) unwatch();
    for (const { session, devices } of this.#pages.values()) {
      for (const device of devices) device.close();
      await ifStillThere(session.send('WebAuthn.disable').then(() => session.detach()));
    }
    this.#pages.clear();
  }

  async #set(setting: Setting, parameters: object): Promise<void> {
    this.#settings.set(setting, parameters);
    await Promise.all(this.#devices().map((device) => device.send(setting, parameters)));
  }

  #devices(): ChromiumDevice[] {
    return [...this.#pages.values()].flatMap(({ devices }) => devices);
  }
}
