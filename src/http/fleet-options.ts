/** What the people behind `/fleet` are made with. */
import { amount, exactly, maybe, recordOf, type Shape, such, whole } from '../base/shape.ts';
import { type FleetOptions, fleetMembers } from '../load/fleet/options.ts';

/** What the people behind `/fleet` are made with. */
export interface FleetDoorOptions
  extends Pick<
    FleetOptions,
    'seed' | 'rpId' | 'origin' | 'algorithm' | 'counter' | 'discoverable' | 'repeatable'
  > {
  /** Worker threads. Default: one for each core. */
  readonly threads?: number;
  /** Which share of the sign-ins has which fault, by its ID: `{ 'signature-from-other-key': 0.01 }`. Default: none has any. */
  readonly errors?: Readonly<Record<string, number>>;
}

const rates = such(
  recordOf(amount(0, 1), 'shares of sign-ins by the ID of a fault, each from 0 to 1'),
  (errors) => Object.values(errors).reduce((sum, rate) => sum + rate, 0) <= 1 + 1e-9,
  'shares that are at most 1 together',
);

export const fleetDoorShape: Shape<FleetDoorOptions> = exactly(
  {
    ...fleetMembers,
    threads: maybe(whole(1, 256)),
    errors: maybe(rates),
  },
  "what a fleet is made with, such as { seed: 'any text', rpId: 'example.com' }",
);
