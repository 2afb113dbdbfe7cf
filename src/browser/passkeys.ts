/** Devices attached to a browser: the caller's options, and the handle that every driver's `attach` returns. */
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
import type { Trace } from '../decode/trace/traced-client.ts';
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

/** Who answers the page: see the option `mode` of {@link AttachOptions}. */
export type AttachMode = 'page' | 'cdp' | 'proxy';

/** Virtual authenticators that a test made with the raw WebAuthn domain. */
export interface RawAuthenticators {
  /** The session of the page in which they were made: `page.createCDPSession()`, `context.newCDPSession(page)`. */
  readonly session: {
    /** Sends a command of the Chrome DevTools Protocol. */
    send(method: never, parameters?: never): Promise<unknown>;
  };
  /** The ID that `WebAuthn.addVirtualAuthenticator` returned, or several in an array. */
  readonly authenticatorId: string | readonly string[];
}

/** Options of `attach`. */
export interface AttachOptions {
  /**
   * `page` (the default): our client and our devices answer the page. `cdp`: Chromium's own virtual authenticator answers, set
   * up to match our device and holding its keys. `proxy`: Chromium checks the request and makes the page's objects, and asks our
   * client and our devices through an extension.
   */
  readonly mode?: AttachMode;
  /**
   * How mode `page` fetches the related origins of other sites. Default: as browsers do, through the browser where the driver
   * speaks the Chrome DevTools Protocol, else from Node.
   */
  readonly fetch?: Fetch;
  /** Called with each ceremony when it has ended, as by a `TracedClient`. Not in mode `cdp`. What it throws is ignored. */
  readonly trace?: Trace;
  /**
   * How many milliseconds `attach` and `detach` wait without any answer before they go on without the other pages, which are in
   * `passkeys.unreached`. Default: 3000.
   */
  readonly patience?: number;
  /**
   * Takes over the authenticators that answer these pages already, with their credentials, instead of refusing to attach: `true` for Playwright's own
   * `context.credentials` and for Selenium's virtual authenticator; a session and an authenticatorId for virtual authenticators that the test made
   * with the raw WebAuthn domain. The device then has the credentials. `detach` gives them back, except those of the raw domain, whose
   * authenticators Chromium drops with any session. Default: false.
   */
  readonly adopt?: boolean | RawAuthenticators;
}

const attachOptions: Shape<AttachOptions> = exactly(
  () => ({
    mode: maybe(oneOf(['page', 'cdp', 'proxy'])),
    fetch: maybe(callable<Fetch>('a function such as fetch')),
    trace: maybe(callable<Trace>()),
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
  }),
  "options, such as { mode: 'cdp' }",
);

/** @throws StuntkeyError `bad-options` */
export function checkAttachOptions(given: AttachOptions): AttachOptions {
  return check(attachOptions, given, 'bad-options');
}

/** What can be attached: a device, several devices, or an object whose devices change, such as a `WebAuthnDomain`. */
export type Attachable = Authenticator | PageAuthenticator | readonly PageAuthenticator[] | DeviceSource;

/** Devices attached to a browser. */
export interface Passkeys extends AsyncDisposable {
  readonly mode: AttachMode;
  /** Properties of the devices that pages do not see, by name, as they were when the devices were attached. `cdp` mode only. */
  readonly losses: readonly Loss[];
  /** Sets whether Chromium's person is verified from now on. `cdp` mode only; in the other modes the device's own user decides. */
  setUserVerified(verified: boolean): Promise<void>;
  /** Sets whether Chromium's person touches the key from now on, or never comes. `cdp` mode only. */
  setPresence(present: boolean): Promise<void>;
  /** Sets what Chromium's device does wrong from now on. It does right what is left out. `cdp` mode only. */
  setResponseOverrides(overrides: ResponseOverrides): Promise<void>;
  /** Adds a listener. The returned function removes it. */
  on<Name extends keyof CeremonyEvents>(name: Name, listener: CeremonyListener<Name>): () => void;
  /**
   * Pages that do not answer, because they have an open `alert()`, have crashed, or run a script that does not end. When they answer, they are
   * attached to, or put back after `detach`.
   */
  readonly unreached: readonly Unreached[];
  /** Resolves when all changes under way between browser and device have arrived. */
  settled(): Promise<void>;
  /**
   * Puts every page back as it was. It goes on after errors, and no page is left waiting. Calling it again does
   * nothing.
   *
   * @throws StuntkeyError `not-closed` that names what could not be put back, after all the rest was
   */
  detach(): Promise<void>;
}

/** What answers the pages, before the driver is known. */
export interface Attachment {
  readonly mode: AttachMode;
  readonly events: Emitter;
  /** In modes `page` and `proxy`. */
  readonly answer?: Answerer;
  /** In mode `cdp`. */
  readonly chromium?: ChromiumMode;
}

/**
 * @throws StuntkeyError `bad-options`, or `mode-cannot` for a device that the mode cannot represent
 */
export async function prepare(attachable: Attachable, given: AttachOptions): Promise<Attachment> {
  checkDevices(attachable);
  const { mode = 'page', fetch, trace } = checkAttachOptions(given);
  if (mode === 'cdp' && trace !== undefined)
    throw new StuntkeyError(
      'bad-options',
      "trace: expected mode page or proxy, got cdp: there Chromium's own client answers",
    );
  const events = new Emitter();
  const source: DeviceSource =
    'devices' in attachable
      ? attachable
      : { devices: (Array.isArray(attachable) ? [...attachable] : [attachable]) as PageAuthenticator[] };
  // A key that takes long is made while the page loads.
  for (const device of source.devices as readonly Partial<Pick<Authenticator, 'warmUp'>>[])
    void (async () => device.warmUp?.({ u2f: false }))().catch(() => {});
  if (mode === 'page' || mode === 'proxy') {
    if (mode === 'proxy') checkReadable(source.devices);
    const ceremonies = new PageCeremonies(source, events, fetch, trace);
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

/** The driver's part of the handle. */
export interface DriverSide {
  /** Absent for a driver whose pages always answer, or are not asked. */
  unreached?(): readonly Unreached[];
  /** Resolves when all new pages are attached to. */
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
