/** What a client is, as its ceremonies see it. */
import type { Clock } from '../authenticator/clock.ts';
import type { User } from '../authenticator/user.ts';
import type { CollectedClientData } from './client-data.ts';
import type { DeviceLink } from './device-link.ts';
import type { Origin } from './origin.ts';

export interface ClientContext {
  readonly origin: Origin;
  /** What is the same in every ceremony's client data. */
  readonly clientData: Omit<CollectedClientData, 'type' | 'challenge'>;
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly user: Pick<User, 'chooseAccount'> | undefined;
}
