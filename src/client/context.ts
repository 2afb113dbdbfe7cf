/** A client, as its ceremonies see it. */
import type { CancelSignal } from '../base/canceler.ts';
import type { Clock } from '../base/clock.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { PageClientData } from '../webauthn/client-data.ts';
import type { Origin } from '../webauthn/origin.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import type { Mediation, UiMode } from '../webauthn/types.ts';
import type { AppOptions } from './app.ts';
import type { ClientUser } from './person.ts';
import type { DeviceLink } from './platform/device-link.ts';

/** What a page may do, by its permissions policy and its state. */
export interface PagePermissions {
  readonly create: boolean;
  readonly get: boolean;
  readonly remoteClientData: boolean;
  /** Whether it may sign payments itself. In browsers only the dialog of a payment request does. */
  readonly payment: boolean;
  /** Whether a browser has checked already that the origin may use the RP ID. Then it is not checked again. */
  readonly rpIdChecked: boolean;
  /** Whether the person has done something on the page just now. */
  readonly userActivation: boolean;
}

export interface ClientContext {
  readonly origin: Origin;
  readonly clientData: PageClientData;
  /** The client's authenticators. */
  readonly links: readonly DeviceLink[];
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly user: ClientUser | undefined;
  readonly fetch: Fetch | undefined;
  readonly permissions: PagePermissions;
  /** What allows an app to use an RP ID. */
  readonly app: AppOptions | undefined;
  /** Whether the person has signed in here since the client was made. */
  signedIn: boolean;
}

/** One call of create() or get(). */
export interface Call<Response = unknown> {
  readonly signal: CancelSignal | undefined;
  readonly mediation: Mediation;
  readonly uiMode?: UiMode | undefined;
  /** Called with the client data when it is written. */
  readonly collected: ((clientDataJSON: Uint8Array) => void) | undefined;
  /** May change the response before the caller gets it. */
  readonly finish: (response: Response) => Response | Promise<Response>;
}
