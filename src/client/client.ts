/** A WebAuthn client: what a browser does between a page and an authenticator. */
import type { ClientContext, Mediation } from './context.ts';
import { create } from './create.ts';
import { get } from './get.ts';
import { readCreationOptions, readRequestOptions } from './options.ts';
import {
  authenticatorsOf,
  type ClientAuthenticator,
  contextOf,
  type WebAuthnClientOptions,
} from './surroundings.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from './types.ts';

export { authenticatorsOf, type ClientAuthenticator, type WebAuthnClientOptions };

/** How one ceremony is called. */
export interface CeremonyOptions {
  /** Aborting it ends the ceremony with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * `conditional` (offered beside a form; registration without a dialog), `silent` (never anything), `immediate` (what is here, or
   * nothing). Default: `optional`.
   */
  readonly mediation?: Mediation;
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
    this.#context = contextOf(options);
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
    { signal, mediation = 'optional' }: CeremonyOptions = {},
  ): Promise<RegistrationResponseJSON> {
    return create(this.#context, readCreationOptions(unwrapped(options)), { signal, mediation });
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
    { signal, mediation = 'optional' }: CeremonyOptions = {},
  ): Promise<AuthenticationResponseJSON | null> {
    return get(this.#context, readRequestOptions(unwrapped(options)), { signal, mediation });
  }
}

function unwrapped<T extends object>(options: OptionsOrWrapped<T>): T {
  return typeof options === 'object' && options !== null && 'publicKey' in options
    ? options.publicKey
    : options;
}
