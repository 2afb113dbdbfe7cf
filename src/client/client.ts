/** A WebAuthn client: what a browser does between a page and an authenticator. */
import { systemClock } from '../base/clock.ts';
import { seededRandom, systemRandom } from '../crypto/random.ts';
import { readCreationOptions, readHow, readRequestOptions } from '../webauthn/options.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/types.ts';
import type { ClientContext } from './context.ts';
import { create } from './create.ts';
import { finished } from './finished.ts';
import { get } from './get.ts';
import {
  type CreationOptionsGiven,
  creationOptionsJson,
  type OptionsOrWrapped,
  type RequestOptionsGiven,
  requestOptionsJson,
  whatCame,
} from './given.ts';
import {
  type CeremonyOptions,
  type ClientAuthenticator,
  checkedCeremony,
  checkedOptions,
  originOf,
  type WebAuthnClientOptions,
} from './options.ts';
import { DeviceLink } from './platform/device-link.ts';

export type { AppOptions } from './app.ts';
export type { CreationOptionsGiven, OptionsOrWrapped, RequestOptionsGiven } from './given.ts';
export type { CeremonyOptions, ClientAuthenticator, WebAuthnClientOptions } from './options.ts';

/**
 * A WebAuthn client at an origin: takes the options of a server and returns the credential for the server, both as JSON.
 *
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: new Authenticator() });
 * const registration = await client.create({
 *   rp: { name: 'Example', id: 'example.com' },
 *   user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * });
 * const authentication = await client.get({
 *   challenge: 'YW5vdGhlci1jaGFsbGVuZ2U',
 *   allowCredentials: [{ type: 'public-key', id: registration.id }],
 * });
 * console.log(authentication.id === registration.id); // true
 * ```
 */
export class WebAuthnClient {
  readonly #context: ClientContext;
  readonly #authenticators: readonly ClientAuthenticator[];

  /** @throws StuntkeyError `bad-origin` when an origin cannot be parsed; `bad-options` that names the option */
  constructor(given: WebAuthnClientOptions) {
    const options = checkedOptions(given);
    const origin = originOf(options.origin);
    const topOrigin = options.topOrigin === undefined ? undefined : originOf(options.topOrigin).serialized;
    const authenticators = authenticatorsOf(options);
    this.#authenticators = authenticators;
    this.#context = {
      origin,
      clientData: {
        origin: origin.serialized,
        crossOrigin: options.crossOrigin ?? topOrigin !== undefined,
        ...(topOrigin !== undefined && { topOrigin }),
        ...(options.extraClientData !== undefined && { extra: options.extraClientData }),
      },
      links: authenticators.map((authenticator) => new DeviceLink(authenticator)),
      clock: options.clock ?? systemClock,
      random: options.random ?? (options.seed === undefined ? systemRandom : seededRandom(options.seed)),
      user: options.user ?? authenticators[0]?.user,
      fetch: options.fetch,
      app: options.app,
      permissions: {
        create: true,
        get: true,
        remoteClientData: false,
        payment: false,
        rpIdChecked: false,
        userActivation: true,
        ...options.permissions,
      },
      signedIn: false,
    };
  }

  /**
   * Registers: `navigator.credentials.create({ publicKey })`.
   *
   * @throws TypeError for options that are incomplete or of the wrong type, or a user handle that is not 1 to 64 bytes
   * @throws DOMException by WebAuthn's names: EncodingError, SecurityError, NotSupportedError, InvalidStateError,
   *   NotAllowedError (its `cause` says why, which a page would not learn); or the signal's abort reason
   */
  async create(
    options: OptionsOrWrapped<CreationOptionsGiven>,
    ceremony?: CeremonyOptions,
  ): Promise<RegistrationResponseJSON> {
    const how = checkedCeremony(ceremony);
    const given = creationOptionsJson(options);
    const origin = this.#context.origin.serialized;
    const read = whatCame(given, readCreationOptions);
    const { mediation, uiMode } = readHow(how);
    return create(this.#context, read, {
      mediation,
      uiMode,
      signal: how.signal,
      collected: how.collected,
      finish: (response) =>
        finished(this.#authenticators, { ceremony: 'create', origin, options: given, response }),
    });
  }

  /**
   * Signs in: `navigator.credentials.get({ publicKey })`.
   *
   * @throws TypeError for options that are incomplete or of the wrong type
   * @throws DOMException by WebAuthn's names: EncodingError, SecurityError, NotAllowedError (its `cause` says why, which
   *   a page would not learn); or the signal's abort reason
   */
  async get(
    options: OptionsOrWrapped<RequestOptionsGiven>,
    ceremony: CeremonyOptions & { readonly mediation: 'silent' },
  ): Promise<null>;
  async get(
    options: OptionsOrWrapped<RequestOptionsGiven>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON>;
  async get(
    options: OptionsOrWrapped<RequestOptionsGiven>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON | null> {
    const how = checkedCeremony(ceremony);
    const given = requestOptionsJson(options);
    const origin = this.#context.origin.serialized;
    const read = whatCame(given, readRequestOptions);
    const { mediation, uiMode } = readHow(how);
    return get(this.#context, read, {
      mediation,
      uiMode,
      signal: how.signal,
      collected: how.collected,
      finish: (response) =>
        finished(this.#authenticators, { ceremony: 'get', origin, options: given, response }),
    });
  }
}

/** The authenticators of a client, as a list. */
export function authenticatorsOf<A extends ClientAuthenticator>({
  authenticator,
}: {
  readonly authenticator: A | readonly A[];
}): readonly A[] {
  return Array.isArray(authenticator) ? authenticator : [authenticator as A];
}
