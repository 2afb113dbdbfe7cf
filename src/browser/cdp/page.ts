/**
 * The devices of one page: one virtual authenticator of Chromium for each of our devices. Chromium drops them when any session on the page
 * ends. This class notices it, and makes them again.
 */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { Clock } from '../../base/clock.ts';
import type { CdpSession } from '../cdp-session.ts';
import { type Closing, withinLimit } from '../closing.ts';
import type { Emitter } from '../events.ts';
import { ifStillThere, isGone } from '../gone.ts';
import { endCeremonies } from './ceremonies.ts';
import { ChromiumDevice } from './device.ts';
import { isLost } from './lost.ts';

/** How often a page is asked whether its devices are there, milliseconds. */
const EVERY = 100;
/** How long a page may have no event of its devices before a call that is still under way counts as lost, milliseconds. */
const GRACE = 250;
/** A busy page gets at most this many times as long. */
const MOST_GRACE = 8;
/** How long a page's own process may take to end its calls, milliseconds. */
const LONGEST = 1_000;
/** How often in a row devices are made again if they are dropped meanwhile. */
const MOST_TRIES = 50;

/** The settings of Chromium's person and device, also for pages that come later. */
export type Settings = ReadonlyMap<string, object>;

export class ChromiumPage {
  readonly devices: readonly ChromiumDevice[];
  readonly #session: CdpSession;
  readonly #events: Emitter;
  readonly #settings: Settings;
  readonly #clock: Clock;
  /** Frames of this page that have their own process. */
  readonly #frames = new Set<CdpSession>();
  /** Devices are being made again, because they were dropped or because the handle wants new ones. Never rejects. */
  #restoring: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #closed = false;
  #cancel = (): void => {};

  constructor(
    session: CdpSession,
    authenticators: readonly Authenticator[],
    events: Emitter,
    settings: Settings,
    clock: Clock,
  ) {
    this.#session = session;
    this.#events = events;
    this.#settings = settings;
    this.#clock = clock;
    this.devices = authenticators.map(
      (authenticator) => new ChromiumDevice(session, authenticator, events, () => void this.#restore()),
    );
  }

  /** @throws Chromium's error if it refuses a credential */
  async open(): Promise<void> {
    await this.#make(true);
    this.#lookLater();
  }

  /** Called for a new frame of this page with its own process. @returns a function to call when it goes */
  frame(session: CdpSession): () => void {
    this.#frames.add(session);
    return () => this.#frames.delete(session);
  }

  /** Resolves when the devices were seen, or are made again. */
  async check(): Promise<void> {
    if (this.#closed) return;
    try {
      await Promise.all(this.devices.map((device) => device.isThere()));
    } catch (error) {
      if (isGone(error)) return;
      if (!isLost(error)) throw error;
      await this.#restore();
    }
  }

  /** Resolves when all events of the page have arrived, and no call of it waits for a device that is gone. */
  async settled(): Promise<void> {
    // Events and answers come in order: after this answer, all earlier events of the page are here.
    await this.check();
    await Promise.all(this.devices.map((device) => device.settled()));
    await this.#ending;
  }

  /**
   * Sends a command to each of its devices. Devices that are made again meanwhile have the setting from the start.
   *
   * @param anew whether they are made again for it
   */
  async set(command: string, parameters: object, anew = false): Promise<void> {
    try {
      if (anew) await this.#anew();
      else await Promise.all(this.devices.map((device) => device.send(command, parameters)));
    } catch (error) {
      if (isGone(error)) return;
      if (!isLost(error)) throw error;
      await this.#restore();
    }
  }

  /** The page is gone, or about to be. */
  forget(): void {
    this.#closed = true;
    this.#cancel();
    for (const device of this.devices) device.close();
  }

  /** Removes the devices from the page, and ends the calls that it waits for. */
  async close(closing: Closing): Promise<void> {
    await closing.step('what the page did', () => this.settled());
    this.forget();
    // A page that does not answer keeps its calls until it answers.
    await this.#endCalls().catch(() => undefined);
    await closing.step('WebAuthn.disable', () => this.#session.send('WebAuthn.disable'));
    for (const frame of this.#frames) await closing.step('the session of a frame', () => frame.detach());
    await closing.step('the session of a page', () => this.#session.detach());
  }

  /** A look that finds no devices meanwhile waits for these, because additional devices would answer pages, too. */
  async #anew(): Promise<void> {
    while (this.#restoring !== undefined) await this.#restoring;
    const made = Promise.all(this.devices.map((device) => device.remove())).then(() => this.#make(false));
    this.#restoring = made
      .catch(() => undefined)
      .finally(() => {
        this.#restoring = undefined;
      });
    try {
      await made;
    } finally {
      await this.#restoring;
    }
  }

  /** Makes the devices, again and again if they are dropped meanwhile. */
  async #make(strict: boolean): Promise<void> {
    for (let tries = 1; !this.#closed; tries++) {
      try {
        return await this.#makeOnce(strict);
      } catch (error) {
        if (!isLost(error) || tries === MOST_TRIES) throw error;
      }
    }
  }

  async #makeOnce(strict: boolean): Promise<void> {
    await this.#session.send('WebAuthn.enable');
    await Promise.all(this.devices.map((device) => device.open(strict)));
    for (const [command, parameters] of this.#settings)
      await Promise.all(this.devices.map((device) => device.send(command, parameters)));
  }

  #lookLater(): void {
    if (this.#closed) return;
    const look = (): void => {
      void this.check()
        .catch(() => undefined)
        .then(() => this.#lookLater());
    };
    this.#cancel = this.#clock.after(EVERY, look, { background: true });
  }

  /** Never throws: a failure is reported, and tried again at the next look. */
  #restore(): Promise<void> {
    this.#restoring ??= this.#make(false)
      .then(
        () => this.#tell(),
        (error) => (isGone(error) ? undefined : this.#tell(error)),
      )
      .finally(() => {
        this.#restoring = undefined;
      });
    return this.#restoring;
  }

  #tell(error?: Error): void {
    if (this.#closed) return;
    this.#ending ??= this.#endLost().finally(() => {
      this.#ending = undefined;
    });
    void this.#url().then((url) => this.#events.emit('restored', { url, ...(error && { error }) }));
  }

  async #url(): Promise<string> {
    try {
      const told = (await this.#session.send('Target.getTargetInfo')) as { targetInfo: { url: string } };
      return told.targetInfo.url;
    } catch {
      return '';
    }
  }

  /** A call that began without a device waits forever. A call that began later ends soon, or changes a counter. */
  async #endLost(): Promise<void> {
    for (let round = 0; round < MOST_GRACE; round++) {
      const before = this.#heard();
      await new Promise<void>((resolve) => void this.#clock.after(GRACE, resolve));
      if (this.#closed) return;
      if (before === this.#heard()) break;
    }
    await this.#endCalls().catch(() => undefined);
  }

  /** How many events the devices have reported. */
  #heard(): number {
    return this.devices.reduce((sum, { heard }) => sum + heard, 0);
  }

  async #endCalls(): Promise<void> {
    const sessions = [this.#session, ...this.#frames];
    await Promise.all(
      sessions.map((session) => withinLimit(ifStillThere(endCeremonies(session)), LONGEST, this.#clock)),
    );
  }
}
