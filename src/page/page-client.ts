/** The client behind a page's interfaces, with its devices and its caller. */
import type { Credentials } from '../authenticator/credentials.ts';
import { systemClock } from '../base/clock.ts';
import { relyingPartyId } from '../client/caller.ts';
import { withinLimits } from '../client/ceremony.ts';
import type { ClientAuthenticator, WebAuthnClient } from '../client/client.ts';
import type { PagePermissions } from '../client/context.ts';
import { DeviceLink } from '../client/platform/device-link.ts';
import { type Origin, parseOrigin } from '../webauthn/origin.ts';
import type { Fetch } from '../webauthn/related-origins.ts';

/** The credentials that signal methods change; `Authenticator.credentials` is one. */
export type SignalledCredentials = Pick<Credentials, 'list' | 'update' | 'delete'>;

/** A device that may show its credentials to its owner, as an `Authenticator` in process does. */
export type PageAuthenticator = ClientAuthenticator & {
  readonly credentials?: SignalledCredentials;
};

/** The create() and get() of a client. */
export type CeremonyClient = Pick<WebAuthnClient, 'create' | 'get'>;

export class PageClient {
  readonly origin: Origin;
  readonly ceremonies: CeremonyClient;
  readonly links: readonly DeviceLink[];
  /** None for a device behind a wire: there is no token from the device's owner. */
  readonly credentials: readonly SignalledCredentials[];
  readonly fetch: Fetch | undefined;
  readonly permissions: Partial<PagePermissions>;

  constructor(
    origin: string,
    authenticators: readonly PageAuthenticator[],
    ceremonies: CeremonyClient,
    fetch: Fetch | undefined,
    permissions: Partial<PagePermissions> = {},
  ) {
    this.origin = parseOrigin(origin);
    this.ceremonies = ceremonies;
    this.links = authenticators.map((one) => new DeviceLink(one));
    this.credentials = authenticators.flatMap(({ credentials }) => credentials ?? []);
    this.fetch = fetch;
    this.permissions = permissions;
  }

  /** The asynchronous RP ID validation of the signal methods. @throws DOMException SecurityError */
  async validateRpId(rpId: string): Promise<void> {
    const limits = { clock: systemClock, timeout: undefined, signal: undefined };
    await withinLimits(limits, async (cancel) => relyingPartyId(this.origin, rpId, this.fetch, cancel));
  }
}
