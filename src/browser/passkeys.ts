/** Devices attached to a browser: what the caller asks for, and the handle that comes of it, whatever the driver. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import {
  callable,
  check,
  either,
  exactly,
  flag,
  having,
  listOf,
  maybe,
  oneOf,
  type Shape,
  text,
  whole,
} from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import type { Loss } from './cdp/losses.ts';
import { ChromiumMode } from './cdp/mode.ts';
import { type CeremonyEvents, type CeremonyListener, Emitter } from './events.ts';
import { checkDevices } from './given.ts';
import type { ResponseOverrides } from './overrides.ts';
import { type DeviceSource, type PageAuthenticator, PageCeremonies } from './page/ceremonies.ts';
import type { Answerer } from './page/questions.ts';
import { checkReadable } from './proxy/readable.ts';
import type { Unreached } from './reach.ts';

export type AttachMode = 'page' | 'cdp' | 'proxy';

/** Virtual authenticators that a test made by the raw domain. */
export interface RawAuthenticators {
  /** The session at the page in which they were made: `page.createCDPSession()`, `context.newCDPSession(page)`. */
  readonly session: { send(method: never, parameters?: never): Promise<unknown> };
  /** What `WebAuthn.addVirtualAuthenticator` answered; several in an array. */
  readonly authenticatorId: string | readonly string[];
}

export interface AttachOptions {
  /**
   * `page` (the default): the page is answered by our client and our devices. `cdp`: by Chromium's own virtual authenticator, set
   * up to match our device, holding its keys. `proxy`: Chromium checks who asks for what and makes the page's objects, and asks our
   * client and our devices through an extension.
   */
  readonly mode?: AttachMode;
  /**
   * How mode `page` asks other sites whether they are related to a page's. Default: as browsers do, through the browser where the driver
   * speaks the Chrome DevTools Protocol, else from Node.
   */
  readonly fetch?: Fetch;
  /**
   * How long, in milliseconds, it has to be quiet before `attach` and `detach` go on without the pages that have not answered: they are in
   * `passkeys.unreached`. Default: 3000.
   */
  readonly patience?: number;
  /**
   * Takes over what answers these pages already, with its credentials, instead of refusing to attach beside it: `true` for Playwright's own
   * `context.credentials` and for Selenium's virtual authenticator; a session and an authenticatorId for virtual authenticators that the test made
   * by the raw WebAuthn domain. The device then has the credentials. `detach` gives them back, but for those of the raw domain, whose
   * authenticators Chromium drops with any session. Default: false.
   */
  readonly adopt?: boolean | RawAuthenticators;
}

const attachOptions: Shape<AttachOptions> = exactly({
  mode: maybe(oneOf(['page', 'cdp', 'proxy'])),
  fetch: maybe(callable<Fetch>('a function such as fetch')),
  patience: maybe(whole(1, 600_000)),
  adopt: maybe(
    either(
      flag,
      exactly({
        session: having<RawAuthenticators['session']>(
          'a session at the page, of page.createCDPSession()',
          'send',
        ),
        authenticatorId: either(
          text(),
          listOf(text(), 'an array of IDs', 1),
          'what WebAuthn.addVirtualAuthenticator answered, or several',
        ),
      }),
      'true, or { session, authenticatorId } of virtual authenticators made by the raw WebAuthn domain',
    ),
  ),
});

/** @throws StuntkeyError `bad-options` */
export function checkAttachOptions(given: AttachOptions): AttachOptions {
  return check(attachOptions, given, 'bad-options');
}

/** What can be attached: a device, several, or something whose devices come and go, such as a `WebAuthnDomain`. */
export type Attachable = Authenticator | PageAuthenticator | readonly PageAuthenticator[] | DeviceSource;

/** Devices attached to a browser. */
export interface Passkeys extends AsyncDisposable {
  readonly mode: AttachMode;
  /** What of the devices pages do not see, each by its name, as it was when they were attached. Of `cdp` mode. */
  readonly losses: readonly Loss[];
  /** Chromium's person verifies himself from now on, or does not. Of `cdp` mode; in the other modes the device's own user does as told. */
  setUserVerified(verified: boolean): Promise<void>;
  /** Chromium's person touches the key from now on, or never comes. Of `cdp` mode. */
  setPresence(present: boolean): Promise<void>;
  /** What Chromium's device does wrong from now on; what is left out it does right. Of `cdp` mode. */
  setResponseOverrides(overrides: ResponseOverrides): Promise<void>;
  /** Listens; the function returned stops it. */
  on<Name extends keyof CeremonyEvents>(name: Name, listener: CeremonyListener<Name>): () => void;
  /**
   * Pages that do not answer: one has an open `alert()`, has crashed, or is busy with a script that does not end. As soon as they answer they are
   * reached, and put back after `detach`.
   */
  readonly unreached: readonly Unreached[];
  /** Resolves when what is under way between browser and device has arrived. */
  settled(): Promise<void>;
  /**
   * Puts every page back as it was. Whatever throws on the way, it comes to its end, and no page is left waiting. Calling it again does
   * nothing.
   *
   * @throws StuntkeyError `not-closed` that names what could not be put back, after all the rest was
   */
  detach(): Promise<void>;
}

/** What answers, before it is known where. */
export interface Attachment {
  readonly mode: AttachMode;
  readonly events: Emitter;
  /** Of modes `page` and `proxy`. */
  readonly answer?: Answerer;
  /** Of mode `cdp`. */
  readonly chromium?: ChromiumMode;
}

/**
 * @throws StuntkeyError `bad-options`, or `mode-cannot` for a device that the mode cannot stand for
 */
export async function prepare(attachable: Attachable, given: AttachOptions): Promise<Attachment> {
  checkDevices(attachable);
  const { mode = 'page', fetch } = checkAttachOptions(given);
  const events = new Emitter();
  const source: DeviceSource =
    'devices' in attachable
      ? attachable
      : { devices: (Array.isArray(attachable) ? [...attachable] : [attachable]) as PageAuthenticator[] };
  if (mode === 'page' || mode === 'proxy') {
    if (mode === 'proxy') checkReadable(source.devices);
    const ceremonies = new PageCeremonies(source, events, fetch);
    return {
      mode,
      events,
      answer: (question, caller, signal) => ceremonies.answer(question, caller, signal),
    };
  }
  if ('devices' in attachable)
    throw new StuntkeyError('mode-cannot', 'mode cdp: expected an Authenticator, got a domain of our own');
  const chromium = new ChromiumMode(source.devices as readonly Authenticator[], events);
  await chromium.prepare();
  return { mode, events, chromium };
}

/** What a driver does for the handle. */
export interface DriverSide {
  /** Absent where every page answers, or none is asked. */
  unreached?(): readonly Unreached[];
  /** Resolves when all pages that came were seen to. */
  settled(): Promise<void>;
  /** Puts every page back as it was. Called once. */
  close(): Promise<void>;
}

/** @param closed called when devices can be attached again */
export function passkeysOf(
  { mode, events, chromium }: Attachment,
  driver: DriverSide,
  closed: () => void,
): Passkeys {
  const inChromium = (): ChromiumMode => {
    if (chromium !== undefined) return chromium;
    throw new StuntkeyError(
      'mode-cannot',
      `expected mode cdp, got ${mode}: here, tell the authenticator's user`,
    );
  };
  let detached: Promise<void> | undefined;
  const passkeys: Passkeys = {
    mode,
    losses: chromium?.losses ?? [],
    get unreached() {
      return driver.unreached?.() ?? [];
    },
    setUserVerified: async (verified) => inChromium().setUserVerified(verified),
    setPresence: async (present) => inChromium().setPresence(present),
    setResponseOverrides: async (overrides) => inChromium().setResponseOverrides(overrides),
    on: (name, listener) => events.on(name, listener),
    settled: async () => {
      await driver.settled();
      await chromium?.settled();
    },
    detach: () => {
      detached ??= driver.close().finally(closed);
      return detached;
    },
    [Symbol.asyncDispose]: () => passkeys.detach(),
  };
  return passkeys;
}
