/** A WebAuthn client: what a browser does between a page and an authenticator. */
import { type Clock, systemClock } from '../authenticator/clock.ts';
import type { User } from '../authenticator/user.ts';
import type { ClientContext } from './context.ts';
import { create } from './create.ts';
import { type CtapDevice, DeviceLink } from './device-link.ts';
import { get } from './get.ts';
import { readCreationOptions, readRequestOptions } from './options.ts';
import { parseOrigin } from './origin.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from './types.ts';

/** Where the page is, and what authenticator there is. */
export interface WebAuthnClientOptions {
  /** The page's origin, such as `https://login.example.com` or `http://localhost:3000`; `null` for an opaque one. */
  readonly origin: string;
  /** What answers CTAP2 requests: an `Authenticator`, or one behind a transport. */
  readonly authenticator: CtapDevice & { readonly user?: Pick<User, 'chooseAccount'> };
  /** The top-level page's origin, if this page is in a frame of another origin. Implies `crossOrigin`. */
  readonly topOrigin?: string;
  /** Whether some ancestor frame is of another origin. */
  readonly crossOrigin?: boolean;
  /** Further members of clientDataJSON, as browsers add them to see that servers bear it. */
  readonly extraClientData?: Readonly<Record<string, unknown>>;
  /** The person who picks an account. Default: the authenticator's user. */
  readonly user?: Pick<User, 'chooseAccount'>;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** How one ceremony is called. */
export interface CeremonyOptions {
  /** Aborting it ends the ceremony with the signal's reason. */
  readonly signal?: AbortSignal;
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

  /** @throws StuntkeyError `bad-origin` when an origin cannot be parsed */
  constructor(options: WebAuthnClientOptions) {
    const origin = parseOrigin(options.origin);
    const topOrigin = options.topOrigin === undefined ? undefined : parseOrigin(options.topOrigin).serialized;
    this.#context = {
      origin,
      clientData: {
        origin: origin.serialized,
        crossOrigin: options.crossOrigin ?? topOrigin !== undefined,
        ...(topOrigin !== undefined && { topOrigin }),
        ...(options.extraClientData !== undefined && { extra: options.extraClientData }),
      },
      link: new DeviceLink(options.authenticator),
      clock: options.clock ?? systemClock,
      user: options.user ?? options.authenticator.user,
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
    { signal }: CeremonyOptions = {},
  ): Promise<RegistrationResponseJSON> {
    return create(this.#context, readCreationOptions(unwrapped(options)), signal);
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
    { signal }: CeremonyOptions = {},
  ): Promise<AuthenticationResponseJSON> {
    return get(this.#context, readRequestOptions(unwrapped(options)), signal);
  }
}

function unwrapped<T extends object>(options: OptionsOrWrapped<T>): T {
  return typeof options === 'object' && options !== null && 'publicKey' in options
    ? options.publicKey
    : options;
}
