/** A fleet: a person for every number, each with a passkey, and nothing stored. Runs in any realm. */

import { defaultPolicy } from '../../authenticator/policy/default.ts';
import { resolvePolicy } from '../../authenticator/policy/resolve.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import { factoryState } from '../../authenticator/state.ts';
import { systemClock } from '../../base/clock.ts';
import { check } from '../../base/shape.ts';
import { systemRandom } from '../../crypto/random.ts';
import { parseOrigin } from '../../webauthn/origin.ts';
import { checkIndex, Derivation, type PersonRecord } from './derivation.ts';
import { checkedOptions, type FleetOptions, personShape } from './options.ts';
import { type FleetContext, Person, type PersonOptions } from './person.ts';

/** The policy of a password manager: backed up, verified by the screen lock, no attestation, no PIN. */
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
  constructor(given: FleetOptions) {
    const options = checkedOptions(given);
    const { counter = 'zero', discoverable = true, user } = options;
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
   * A person of the fleet, with a device that was not used since its registration.
   *
   * @param index 0 to 2^53 - 1
   * @throws StuntkeyError `bad-index`, or `bad-options` for a user handle that is not 1 to 64 bytes
   */
  person(index: number, options: PersonOptions = {}): Person {
    checkIndex(index);
    check(personShape, options, 'bad-options');
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
