/** WebdriverIO, Selenium, and any other driver with WebDriver BiDi. Subpath `stuntkey/webdriver`. */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { adoptFromDriver } from './adoption.ts';
import { attachBidi } from './bidi/attach.ts';
import type { BidiConnection } from './bidi/connection.ts';
import { checkDriver, checkUnattached, refuseAdoption } from './given.ts';
import { type Attachable, type AttachOptions, checkAttachOptions, type Passkeys } from './passkeys.ts';

export type { BidiConnection } from './bidi/connection.ts';
export type { Loss } from './cdp/losses.ts';
export {
  type AuthenticatorConfiguration,
  type CredentialParameters,
  type CredentialProperties,
  VirtualAuthenticators,
  WebDriverError,
} from './domain/webdriver.ts';
export type { CeremonyEvents, CeremonyListener } from './events.ts';
export type { Attachable, AttachMode, AttachOptions, Passkeys } from './passkeys.ts';
export type { Unreached } from './reach.ts';

/** A command of WebDriver BiDi. */
export interface Command {
  readonly method: string;
  readonly params: object;
}

/** WebdriverIO's browser, in a session with the capability `webSocketUrl: true`, which it asks for by itself. */
export interface WebdriverIoBrowser {
  readonly sessionId: string;
  readonly isBidi?: boolean;
  /** Sends a command of WebDriver BiDi. */
  send(command: Command): Promise<unknown>;
  /** Listens to an event of WebDriver BiDi. */
  on(event: string, listener: (parameters: never) => void): unknown;
  /** Ends that. */
  off(event: string, listener: (parameters: never) => void): unknown;
}

/** Selenium's driver, in a session with the capability `webSocketUrl: true`. */
export interface SeleniumDriver {
  /** The connection of WebDriver BiDi. */
  getBidi(): Promise<{
    /** Sends a command. */
    send(command: Command): Promise<unknown>;
    /** A WebSocket of the package ws. (Its typings say that it is the DOM's, where a program has the DOM's types.) */
    readonly socket: object;
  }>;
}

interface Socket {
  on(event: 'message', listener: (data: unknown) => void): unknown;
  off(event: 'message', listener: (data: unknown) => void): unknown;
}

/** The drivers that have devices attached. */
const attached = new WeakSet<object>();

/**
 * Attaches one or several devices to all windows, popups and frames of a WebDriver session, those that are open and those that
 * come, by mode `page`.
 *
 * @param driver WebdriverIO's browser, Selenium's driver, or any BiDi connection
 * @throws StuntkeyError `already-attached`; `bad-options`; `mode-cannot` for another mode, or a session without BiDi, as
 *   WebKitWebDriver's and safaridriver's are
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { attach } from 'stuntkey/webdriver';
 * const authenticator = new Authenticator();
 * const passkeys = await attach(driver, authenticator);
 * await driver.get('http://localhost:3000/');
 * await passkeys.detach();
 * ```
 */
export async function attach(
  driver: WebdriverIoBrowser | SeleniumDriver | BidiConnection,
  devices: Attachable,
  options: AttachOptions = {},
): Promise<Passkeys> {
  checkDriver(
    driver,
    'a driver of Selenium’s, a browser of WebdriverIO’s, or a BiDi connection',
    'stuntkey/webdriver',
  );
  const { adopt = false } = checkAttachOptions(options);
  if (typeof adopt === 'object')
    refuseAdoption(
      'true, for Selenium’s virtual authenticator, got { session, authenticatorId }: that is for Puppeteer and Playwright',
    );
  checkUnattached(!attached.has(driver), 'a session');
  attached.add(driver);
  try {
    const connection = await connectionOf(driver);
    const kept = adopt ? await adoptFromDriver(driver, devices) : undefined;
    try {
      return await attachBidi(connection, undefined, devices, options, async () => {
        attached.delete(driver);
        await kept?.giveBack();
      });
    } catch (error) {
      await kept?.giveBack();
      throw error;
    }
  } catch (error) {
    attached.delete(driver);
    throw error;
  }
}

function withoutBidi(cause?: unknown): StuntkeyError {
  const message =
    'mode page needs WebDriver BiDi, and this session has none: it takes the capability webSocketUrl: true, and a browser that knows it';
  return new StuntkeyError('mode-cannot', message, { cause });
}

async function connectionOf(
  driver: WebdriverIoBrowser | SeleniumDriver | BidiConnection,
): Promise<BidiConnection> {
  try {
    if ('getBidi' in driver) return await overSelenium(driver);
  } catch (cause) {
    throw withoutBidi(cause);
  }
  if ('sessionId' in driver) {
    if (driver.isBidi === false) throw withoutBidi();
    return {
      send: async (method, params) => resultOf(await driver.send({ method, params })),
      on: (event, listener) => driver.on(event, listener),
      off: (event, listener) => driver.off(event, listener),
    };
  }
  return driver;
}

/** Selenium passes on all messages of its socket, both answers of commands and events. */
async function overSelenium(driver: SeleniumDriver): Promise<BidiConnection> {
  const bidi = await driver.getBidi();
  const socket = bidi.socket as Socket;
  const listeners = new Map<(parameters: never) => void, (data: unknown) => void>();
  return {
    send: async (method, params) => resultOf(await bidi.send({ method, params })),
    on(event, listener) {
      const read = (data: unknown): void => {
        const { method, params } = JSON.parse(String(data)) as { method?: string; params?: unknown };
        if (method === event) listener(params as never);
      };
      listeners.set(listener, read);
      socket.on('message', read);
    },
    off(_event, listener) {
      const read = listeners.get(listener);
      if (read !== undefined) socket.off('message', read);
      listeners.delete(listener);
    },
  };
}

/** @throws Error if the answer is an error */
function resultOf(answer: unknown): unknown {
  const { result, error, message } = answer as { result?: unknown; error?: string; message?: string };
  if (error !== undefined) throw new Error(`${error}: ${message ?? ''}`);
  return result;
}
