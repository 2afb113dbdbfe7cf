/** A fleet: as many people as there are numbers, each with a passkey, and nothing stored. Runs in any realm. */

import { defaultPolicy } from '../../authenticator/policy/default.ts';
import { resolvePolicy } from '../../authenticator/policy/resolve.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import { factoryState } from '../../authenticator/state.ts';
import { isBytes } from '../../base/bytes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { systemRandom } from '../../crypto/random.ts';
import type { User } from '../../person/user.ts';
import { parseOrigin } from '../../webauthn/origin.ts';
import { checkIndex, Derivation, type FleetIdentity, type PersonRecord } from './derivation.ts';
import { type FleetContext, Person, type PersonOptions } from './person.ts';

/** How a fleet is made. Two fleets with the same seed, RP ID and algorithm have the same people. */
export interface FleetOptions extends FleetIdentity {
  /** Where its people sign in. Default: `https://` and the RP ID. */
  readonly origin?: string;
  /** Signature counters: zero, as synced passkeys have them (the default), or tenths of a second since 2026, by the clock. */
  readonly counter?: 'zero' | 'clock';
  /** Whether people sign in without an allow list, and tell their user handle. Default: true. */
  readonly discoverable?: boolean;
  /** Whether signatures repeat, too (RFC 6979), which takes longer. Default: false. */
  readonly repeatable?: boolean;
  /** What the device's manufacturer decided. Default: a synced passkey provider. */
  readonly policy?: Partial<Policy>;
  /** Who answers for everybody. Default: somebody who approves everything at once. */
  readonly user?: User;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** As password managers are: backed up, verified by the screen lock, no attestation, no PIN. */
const SYNCED = {
  u2f: false,
  transports: ['internal', 'hybrid'],
  clientPin: false,
  credentialManagement: false,
  authenticatorConfig: false,
  largeBlobs: false,
  alwaysUv: 'unsupported',
  longTouchForReset: 'unsupported',
  attestationFormats: [],
  extensions: ['hmac-secret', 'hmac-secret-mc'],
  backup: { eligible: true, state: true },
} as const satisfies Partial<Policy>;

export class People {
  readonly rpId: string;
  readonly origin: string;
  readonly algorithm: -7 | -8;
  readonly #context: FleetContext;

  /** @throws StuntkeyError `bad-options` or `bad-policy` that names the member, `bad-origin` */
  constructor(options: FleetOptions) {
    const { counter = 'zero', discoverable = true, user } = options;
    if (counter !== 'zero' && counter !== 'clock') {
      throw new StuntkeyError('bad-options', `counter: expected zero or clock, got ${String(counter)}`);
    }
    const derivation = new Derivation(options);
    const policy = resolvePolicy({
      ...SYNCED,
      ...options.policy,
      algorithms: [derivation.algorithm],
      signCounter: counter === 'zero' ? 'zero' : 'per-credential',
      // One credential each, wherever it is registered, and its ID is as long as what is derived.
      // One who is not found without an ID refuses a server that wants that.
      discoverableCapacity: discoverable ? 1 : 0,
      nonDiscoverable: 'stored',
      credentialIdLength: defaultPolicy.credentialIdLength,
    });
    this.rpId = derivation.rpId;
    this.origin = parseOrigin(options.origin ?? `https://${derivation.rpId}`).serialized;
    this.algorithm = derivation.algorithm;
    this.#context = {
      derivation,
      origin: this.origin,
      policy,
      state: factoryState(policy, (length, purpose) => derivation.chance(0, purpose, 0, length)),
      discoverable,
      counter,
      clock: options.clock ?? systemClock,
      random: options.repeatable === true ? undefined : systemRandom,
      ...(user !== undefined && { user }),
    };
  }

  /**
   * A person of the fleet, with a device that was never used since it was registered.
   *
   * @param index 0 to 2^53 - 1
   * @throws StuntkeyError `bad-index`, or `bad-options` for a user handle that is not 1 to 64 bytes
   */
  person(index: number, options: PersonOptions = {}): Person {
    checkIndex(index);
    const { userHandle } = options;
    if (
      userHandle !== undefined &&
      !(isBytes(userHandle) && userHandle.length > 0 && userHandle.length <= 64)
    ) {
      throw new StuntkeyError('bad-options', `userHandle: expected 1 to 64 bytes, got ${userHandle.length}`);
    }
    return new Person(this.#context, index, options);
  }

  /**
   * What a server stores of a person: for filling a database with people who never registered.
   *
   * @param index 0 to 2^53 - 1
   * @throws StuntkeyError `bad-index`
   */
  record(index: number): PersonRecord {
    return this.#context.derivation.record(index);
  }
}
