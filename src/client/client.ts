/** A WebAuthn client: what a browser does between a page and an authenticator. */
import { type Clock, systemClock } from '../base/clock.ts';
import { type RandomSource, systemRandom } from '../crypto/random.ts';
import { readCreationOptions, readHow, readRequestOptions } from '../webauthn/options.ts';
import { parseOrigin } from '../webauthn/origin.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import type {
  AuthenticationResponseJSON,
  Mediation,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  UiMode,
} from '../webauthn/types.ts';
import type { ClientContext, PagePermissions } from './context.ts';
import { create } from './create.ts';
import { type Finisher, finished } from './finished.ts';
import { get } from './get.ts';
import type { ClientUser } from './person.ts';
import { type CtapDevice, DeviceLink } from './platform/device-link.ts';

/** Where the page is, and what authenticator there is. */
export interface WebAuthnClientOptions {
  /** The page's origin, such as `https://login.example.com` or `http://localhost:3000`; `null` for an opaque one. */
  readonly origin: string;
  /** What answers CTAP2 requests: an `Authenticator`, or one behind a transport; or several, which have their turns in order. */
  readonly authenticator: ClientAuthenticator | readonly ClientAuthenticator[];
  /** The top-level page's origin, if this page is in a frame of another origin. Implies `crossOrigin`. */
  readonly topOrigin?: string;
  /** Whether some ancestor frame is of another origin. */
  readonly crossOrigin?: boolean;
  /** Further members of clientDataJSON, as browsers add them to see that servers bear it. */
  readonly extraClientData?: Readonly<Record<string, unknown>>;
  /** The person who picks an account and enters a PIN. Default: the first authenticator's user. */
  readonly user?: ClientUser;
  /** What the page may do, where that is not everything but remote client data, payments, and an RP ID that is already checked. */
  readonly permissions?: Partial<PagePermissions>;
  /** How `/.well-known/webauthn` is fetched when a page asks for another site's RP ID. Default: it is not, and that is refused. */
  readonly fetch?: Fetch;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Chance for the platform's side of key agreements. Default: the machine's. */
  readonly random?: RandomSource;
}

/** An authenticator, and the person in front of it. */
export type ClientAuthenticator = CtapDevice & Finisher & { readonly user?: ClientUser };

/** How one ceremony is called. */
export interface CeremonyOptions {
  /** Aborting it ends the ceremony with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * `conditional` (offered beside a form; registration without a dialog), `silent` (never anything). Default: `optional`.
   */
  readonly mediation?: Mediation;
  /** Told of the ceremony's clientDataJSON, as its UTF-8 bytes, before a device is asked: for those who watch a client at work. */
  readonly collected?: (clientDataJSON: Uint8Array) => void;
  /** Of `get()`: `immediate` is a credential that can be chosen from what is here, or NotAllowedError at once. */
  readonly uiMode?: UiMode;
}

/** Options as they are, or as servers often wrap them for `navigator.credentials`. */
export type OptionsOrWrapped<T> = T | { readonly publicKey: T };

/**
 * A WebAuthn client at an origin: options from a server in, the credential for the server out, both as JSON.
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

  /** @throws StuntkeyError `bad-origin` when an origin cannot be parsed */
  constructor(options: WebAuthnClientOptions) {
    const origin = parseOrigin(options.origin);
    const topOrigin = options.topOrigin === undefined ? undefined : parseOrigin(options.topOrigin).serialized;
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
      random: options.random ?? systemRandom,
      user: options.user ?? authenticators[0]?.user,
      fetch: options.fetch,
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
    options: OptionsOrWrapped<PublicKeyCredentialCreationOptionsJSON>,
    how: CeremonyOptions = {},
  ): Promise<RegistrationResponseJSON> {
    const given = unwrapped(options);
    const origin = this.#context.origin.serialized;
    return create(this.#context, readCreationOptions(given), {
      ...readHow(how),
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
    options: OptionsOrWrapped<PublicKeyCredentialRequestOptionsJSON>,
    ceremony: CeremonyOptions & { readonly mediation: 'silent' },
  ): Promise<null>;
  async get(
    options: OptionsOrWrapped<PublicKeyCredentialRequestOptionsJSON>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON>;
  async get(
    options: OptionsOrWrapped<PublicKeyCredentialRequestOptionsJSON>,
    how: CeremonyOptions = {},
  ): Promise<AuthenticationResponseJSON | null> {
    const given = unwrapped(options);
    const origin = this.#context.origin.serialized;
    return get(this.#context, readRequestOptions(given), {
      ...readHow(how),
      signal: how.signal,
      collected: how.collected,
      finish: (response) =>
        finished(this.#authenticators, { ceremony: 'get', origin, options: given, response }),
    });
  }
}

/** The authenticators of a client, however many. */
export function authenticatorsOf<A extends ClientAuthenticator>({
  authenticator,
}: {
  readonly authenticator: A | readonly A[];
}): readonly A[] {
  return Array.isArray(authenticator) ? authenticator : [authenticator as A];
}

function unwrapped<T extends object>(options: OptionsOrWrapped<T>): T {
  return typeof options === 'object' && options !== null && 'publicKey' in options
    ? options.publicKey
    : options;
}
