/** The options of a fleet, and of one of its people. */
import type { Policy } from '../../authenticator/policy/type.ts';
import { type Clock, clockShape } from '../../base/clock.ts';
import {
  anything,
  bytes,
  check,
  either,
  exactly,
  flag,
  having,
  type MembersOf,
  maybe,
  oneOf,
  oneOfNumbers,
  type Shape,
  text,
} from '../../base/shape.ts';
import type { User } from '../../person/user.ts';
import type { FleetIdentity } from './derivation.ts';
import type { PersonOptions } from './person.ts';

/** The options of a fleet. Two fleets with the same seed, RP ID and algorithm have the same people. */
export interface FleetOptions extends FleetIdentity {
  /** The origin where its people sign in. Default: `https://` and the RP ID. */
  readonly origin?: string;
  /** Signature counters: zero, as synced passkeys have them (the default), or tenths of a second since 2026, by the clock. */
  readonly counter?: 'zero' | 'clock';
  /** Whether people sign in without an allow list, and tell their user handle. Default: true. */
  readonly discoverable?: boolean;
  /** Whether signatures repeat, too (RFC 6979), which takes longer. Default: false. */
  readonly repeatable?: boolean;
  /** The policy of the devices. Default: a synced passkey provider. */
  readonly policy?: Partial<Policy>;
  /** Answers for every person. Default: a person who approves everything at once. */
  readonly user?: User;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** The options that a load script has, too. */
export const peopleMembers: MembersOf<
  Pick<FleetOptions, 'rpId' | 'origin' | 'algorithm' | 'counter' | 'discoverable'>
> = {
  rpId: text({ pattern: /^[^\s/:]+$/, what: 'an RP ID such as example.com' }),
  origin: maybe(text({ what: 'an origin such as https://example.com' })),
  algorithm: maybe(oneOfNumbers([-7, -8])),
  counter: maybe(oneOf(['zero', 'clock'])),
  discoverable: maybe(flag),
};

/** The options that a fleet behind the HTTP door has, too. */
export const fleetMembers: MembersOf<Omit<FleetOptions, 'policy' | 'user' | 'clock'>> = {
  seed: either(
    text({ least: 1, secret: true, what: 'a text or bytes, not empty' }),
    bytes(1, Number.POSITIVE_INFINITY),
    'a text or bytes, not empty',
    'secret',
  ),
  ...peopleMembers,
  repeatable: maybe(flag),
};

const shape: Shape<Omit<FleetOptions, 'policy'> & { readonly policy?: unknown }> = exactly(
  {
    ...fleetMembers,
    // (Looked at by itself.)
    policy: maybe(anything),
    user: maybe(having<User>('an object with answer(), such as new ScriptedUser()', 'answer')),
    clock: maybe(clockShape),
  },
  "what a fleet is made with, such as { seed: 'any text', rpId: 'example.com' }",
);

/** The options of a person. */
export const personShape: Shape<PersonOptions> = exactly({ userHandle: maybe(bytes(1, 64)) });

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(given: FleetOptions): FleetOptions {
  return check(shape, given, 'bad-options') as FleetOptions;
}
