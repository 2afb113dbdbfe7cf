/** What a client is made with, and what its ceremonies make of that. */
import { type Clock, systemClock } from '../authenticator/clock.ts';
import { type RandomSource, systemRandom } from '../crypto/random.ts';
import type { ClientContext, PagePermissions } from './context.ts';
import { parseOrigin } from './origin.ts';
import type { ClientUser } from './person.ts';
import { type CtapDevice, DeviceLink } from './platform/device-link.ts';
import type { Fetch } from './related-origins.ts';

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
  /** What the page may do, where that is not everything but remote client data and payments. */
  readonly permissions?: Partial<PagePermissions>;
  /** How `/.well-known/webauthn` is fetched when a page asks for another site's RP ID. Default: it is not, and that is refused. */
  readonly fetch?: Fetch;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Chance for the platform's side of key agreements. Default: the machine's. */
  readonly random?: RandomSource;
}

/** An authenticator, and the person in front of it. */
export type ClientAuthenticator = CtapDevice & { readonly user?: ClientUser };

/** @throws StuntkeyError `bad-origin` when an origin cannot be parsed */
export function contextOf(options: WebAuthnClientOptions): ClientContext {
  const origin = parseOrigin(options.origin);
  const topOrigin = options.topOrigin === undefined ? undefined : parseOrigin(options.topOrigin).serialized;
  const authenticators = authenticatorsOf(options);
  return {
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
      userActivation: true,
      ...options.permissions,
    },
    signedIn: false,
  };
}

/** The authenticators of a client, however many. */
export function authenticatorsOf<A extends ClientAuthenticator>({
  authenticator,
}: {
  readonly authenticator: A | readonly A[];
}): readonly A[] {
  return Array.isArray(authenticator) ? authenticator : [authenticator as A];
}
