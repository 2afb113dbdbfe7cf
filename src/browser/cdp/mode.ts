/**
 * `mode: 'cdp'`: Chromium's own virtual authenticator answers, set up to match our device, one in every page. All of them and our
 * store are kept the same. Frames of a page use the page's.
 */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Closing } from '../closing.ts';
import type { Emitter } from '../events.ts';
import { checkOverrides, type ResponseOverrides } from '../overrides.ts';
import type { Mode } from '../page/mode.ts';
import type { AttachedTarget } from '../targets.ts';
import { checkPortable, type Loss, lossesOf } from './losses.ts';
import { ChromiumPage } from './page.ts';

/** The settings of Chromium's person and device, also for pages that come later. */
type Setting = 'setUserVerified' | 'setAutomaticPresenceSimulation' | 'setResponseOverrideBits';

export class ChromiumMode implements Mode {
  readonly #authenticators: readonly Authenticator[];
  readonly #events: Emitter;
  readonly #clock: Clock;
  readonly #pages = new Map<AttachedTarget, ChromiumPage>();
  /** Frames with their own process, and the functions that remove them from their page. */
  readonly #frames = new Map<AttachedTarget, () => void>();
  readonly #settings = new Map<Setting, object>();
  #losses: readonly Loss[] = [];
  #unwatch: readonly (() => void)[] = [];

  constructor(authenticators: readonly Authenticator[], events: Emitter, clock: Clock = systemClock) {
    this.#authenticators = authenticators;
    this.#events = events;
    this.#clock = clock;
  }

  /** Properties of the devices that pages do not see, as they were when the devices were attached. */
  get losses(): readonly Loss[] {
    return this.#losses;
  }

  /** @throws StuntkeyError `mode-cannot` */
  async prepare(): Promise<void> {
    await checkPortable(this.#authenticators);
    this.#losses = await lossesOf(this.#authenticators);
    this.#unwatch = this.#authenticators.map(({ credentials }, place) =>
      credentials.watch((ids) => {
        for (const { devices } of this.#pages.values()) devices[place]?.push(ids);
      }),
    );
  }

  async enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void> {
    const { session, parent } = target;
    if (parent !== undefined) {
      const off = this.#pageOf(parent)?.frame(session);
      if (off !== undefined) this.#frames.set(target, off);
    } else {
      const page = new ChromiumPage(session, this.#authenticators, this.#events, this.#settings, this.#clock);
      this.#pages.set(target, page);
      await page.open();
    }
    await go();
  }

  leave(target: AttachedTarget): void {
    this.#pages.get(target)?.forget();
    this.#pages.delete(target);
    this.#frames.get(target)?.();
    this.#frames.delete(target);
  }

  /** A session has ended: looks at once whether devices are gone. */
  async check(): Promise<void> {
    await Promise.all([...this.#pages.values()].map((page) => page.check()));
  }

  async settled(): Promise<void> {
    // Changes of other processes are sent now, not at the next look.
    for (const { credentials } of this.#authenticators) credentials.follow();
    await Promise.all([...this.#pages.values()].map((page) => page.settled()));
  }

  /** A person who failed too often is locked out of Chromium's device, as of a real one. When verified again, they get a new device. */
  setUserVerified(isUserVerified: boolean): Promise<void> {
    const before = this.#settings.get('setUserVerified') as { isUserVerified: boolean } | undefined;
    const anew = isUserVerified && before?.isUserVerified === false;
    return this.#set('setUserVerified', { isUserVerified }, anew);
  }

  setPresence(enabled: boolean): Promise<void> {
    return this.#set('setAutomaticPresenceSimulation', { enabled });
  }

  /** @throws StuntkeyError `bad-options` */
  setResponseOverrides(overrides: ResponseOverrides): Promise<void> {
    const { bogusSignature = false, badUV = false, badUP = false } = checkOverrides(overrides);
    return this.#set('setResponseOverrideBits', {
      isBogusSignature: bogusSignature,
      isBadUV: badUV,
      isBadUP: badUP,
    });
  }

  /** Removes the devices from all pages. It goes on after errors. @throws StuntkeyError `not-closed` */
  async close(): Promise<void> {
    for (const unwatch of this.#unwatch) unwatch();
    const closing = new Closing(this.#clock);
    await Promise.all([...this.#pages.values()].map((page) => page.close(closing)));
    this.#pages.clear();
    this.#frames.clear();
    closing.finish();
  }

  async #set(setting: Setting, parameters: object, anew = false): Promise<void> {
    this.#settings.set(setting, parameters);
    await Promise.all([...this.#pages.values()].map((page) => page.set(setting, parameters, anew)));
  }

  #pageOf(target: AttachedTarget): ChromiumPage | undefined {
    return target.parent === undefined ? this.#pages.get(target) : this.#pageOf(target.parent);
  }
}
