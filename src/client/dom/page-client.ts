/** What the interfaces need behind them: the client that answers, and what it knows of its device and caller. */
import type { Credentials } from '../../authenticator/credentials.ts';
import { relyingPartyId } from '../caller.ts';
import type { CeremonyOptions, WebAuthnClient, WebAuthnClientOptions } from '../client.ts';
import { DeviceLink } from '../device-link.ts';
import { type Origin, parseOrigin } from '../origin.ts';

/** The credentials that signal methods change; `Authenticator.credentials` is one. */
export type SignalledCredentials = Pick<Credentials, 'list' | 'update' | 'delete'>;

/** A device that may let its owner see its credentials, as an `Authenticator` in process does. */
export type PageAuthenticator = WebAuthnClientOptions['authenticator'] & {
  readonly credentials?: SignalledCredentials;
};

/** How a page calls a ceremony: with mediation, where it asks for another than "optional". */
export interface PageCeremony extends CeremonyOptions {
  readonly mediation?: string;
}

/** The create() and get() of a client. */
export type CeremonyClient = Pick<WebAuthnClient, 'create' | 'get'>;

export class PageClient {
  readonly origin: Origin;
  readonly ceremonies: CeremonyClient;
  readonly link: DeviceLink;
  /** Undefined for a device behind a wire: nobody there has the token that its owner would have to give. */
  readonly credentials: SignalledCredentials | undefined;

  constructor(origin: string, authenticator: PageAuthenticator, ceremonies: CeremonyClient) {
    this.origin = parseOrigin(origin);
    this.ceremonies = ceremonies;
    this.link = new DeviceLink(authenticator);
    this.credentials = authenticator.credentials;
  }

  /** The asynchronous RP ID validation of the signal methods. @throws DOMException SecurityError */
  async validateRpId(rpId: string): Promise<void> {
    await relyingPartyId(this.origin, rpId);
  }
}
