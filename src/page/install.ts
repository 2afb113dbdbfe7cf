/** Puts `navigator.credentials` into a global (Node's, or a jsdom or happy-dom window), and removes it again. */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { authenticatorsOf, type WebAuthnClient, type WebAuthnClientOptions } from '../client/client.ts';
import { clientFor, type Trace } from '../decode/trace/traced-client.ts';
import { realmOf } from '../webauthn/realm.ts';
import { defineContainer } from './container.ts';
import { defineInterface } from './interface.ts';
import { localAnswers } from './local.ts';
import { type PageAuthenticator, PageClient } from './page-client.ts';
import { defineCredentials } from './public-key-credential.ts';
import { defineResponses } from './responses.ts';

/** The options of a `WebAuthnClient`, and those of the page. */
export interface InstallOptions extends Omit<WebAuthnClientOptions, 'origin' | 'authenticator'> {
  /** Default: the target's own `location.origin`. */
  readonly origin?: string;
  readonly authenticator: PageAuthenticator | readonly PageAuthenticator[];
  /** Called with every ceremony when it has ended. */
  readonly trace?: Trace;
}

/** `CredentialsContainer`, for code that is compiled with the DOM's types. */
export type PageCredentials = typeof globalThis extends {
  navigator: { readonly credentials: infer Container };
}
  ? Container
  : object;

/** What was put into a global. */
export interface Installation {
  /** The client behind `navigator.credentials`, for code that has options in JSON. */
  readonly client: WebAuthnClient;
  /** `navigator.credentials`; undefined at an insecure origin, where browsers have none. */
  readonly credentials: PageCredentials | undefined;
  /** Puts every property back as it was. Calling it again does nothing. */
  uninstall(): void;
}

/** @throws StuntkeyError `bad-options`: what is handed in by those who use it for the first time */
function checkGiven(target: unknown, options: unknown): void {
  const isObject = (value: unknown): boolean => Object(value) === value;
  if (!isObject(target))
    throw new StuntkeyError(
      'bad-options',
      `install: expected a global (globalThis, or the window of jsdom or happy-dom), got ${String(target)}`,
    );
  if (!isObject(options))
    throw new StuntkeyError(
      'bad-options',
      `install: expected a global and options, such as { authenticator: new Authenticator() }, got ${String(options)} for the options`,
    );
}

/** Globals that are furnished now. */
const furnished = new WeakSet<object>();

/**
 * Puts `navigator.credentials`, `PublicKeyCredential` and the other classes, and `isSecureContext` into a global, as a browser
 * has them at that origin. At an insecure origin there are none.
 *
 * @param target `globalThis`, or the window of jsdom or happy-dom
 * @throws StuntkeyError `bad-options`; `bad-origin`; `already-installed`; `cannot-install` where the global does not let its properties be changed
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { install } from 'stuntkey/install';
 * const { uninstall } = install(globalThis, { origin: 'https://example.com', authenticator: new Authenticator() });
 * const request = { publicKey: { challenge: new Uint8Array(32) } };
 * const refused = await navigator.credentials.get(request).catch((error) => error);
 * console.log(refused instanceof DOMException, refused.name); // true NotAllowedError
 * uninstall();
 * ```
 */
export function install(target: object, options: InstallOptions): Installation {
  checkGiven(target, options);
  const global = target as { navigator?: object; location?: { origin?: string } };
  const origin = options.origin ?? global.location?.origin;
  if (origin === undefined || (options.origin === undefined && !/^https?:/.test(origin))) {
    throw new StuntkeyError(
      'bad-origin',
      `expected the option origin, or a page that has one; got ${origin}`,
    );
  }
  const client = clientFor({ ...options, origin });
  const page = new PageClient(
    origin,
    authenticatorsOf<PageAuthenticator>(options),
    client,
    options.fetch,
    options.permissions,
  );
  if (furnished.has(target)) {
    throw new StuntkeyError('already-installed', 'expected a global without stuntkey in it; uninstall first');
  }

  const realm = realmOf(target);
  const answers = localAnswers(realm, page);
  const responses = defineResponses(realm, defineInterface);
  const interfaces = defineCredentials(realm, defineInterface, answers, responses);
  const container = defineContainer(realm, defineInterface, answers, interfaces);
  const secure = page.origin.trustworthy;
  const credentials = secure ? (container.make({}) as PageCredentials) : undefined;

  const changes = new Changes();
  try {
    const classes = [
      interfaces.Credential,
      interfaces.PublicKeyCredential,
      responses.AuthenticatorResponse,
      responses.AuthenticatorAttestationResponse,
      responses.AuthenticatorAssertionResponse,
      container,
    ];
    for (const { name, interfaceObject } of classes) {
      if (secure) changes.define(target, name, { value: interfaceObject, writable: true, enumerable: false });
      else changes.remove(target, name);
    }
    changes.define(target, 'isSecureContext', { get: () => secure, enumerable: true });
    if (global.navigator === undefined) {
      changes.define(target, 'navigator', { value: new realm.Object(), writable: true, enumerable: true });
    }
    const navigator = global.navigator as object;
    changes.define(navigator, 'credentials', { get: () => credentials, enumerable: true });
  } catch (error) {
    changes.undo();
    throw error;
  }
  furnished.add(target);
  return {
    client,
    credentials,
    uninstall() {
      if (!furnished.delete(target)) return;
      changes.undo();
    },
  };
}

/** Changed properties, and their values before. */
class Changes {
  readonly #before: { on: object; name: string; descriptor: PropertyDescriptor | undefined }[] = [];

  define(on: object, name: string, descriptor: PropertyDescriptor): void {
    this.#keep(on, name);
    Object.defineProperty(on, name, { ...descriptor, configurable: true });
  }

  remove(on: object, name: string): void {
    this.#keep(on, name);
    Reflect.deleteProperty(on, name);
  }

  undo(): void {
    for (const { on, name, descriptor } of this.#before.splice(0).reverse()) {
      if (descriptor === undefined) Reflect.deleteProperty(on, name);
      else Object.defineProperty(on, name, descriptor);
    }
  }

  #keep(on: object, name: string): void {
    const descriptor = Object.getOwnPropertyDescriptor(on, name);
    if (descriptor?.configurable === false || (descriptor === undefined && !Object.isExtensible(on))) {
      throw new StuntkeyError('cannot-install', `expected a configurable property, got a fixed ${name}`);
    }
    this.#before.push({ on, name, descriptor });
  }
}
