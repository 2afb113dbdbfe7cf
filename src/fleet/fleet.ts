/** A fleet: as many people as there are numbers, each with a passkey, and nothing stored. */
import { onThreads } from '#fleet-threads';
import { type Clock, systemClock, wallTime } from '../authenticator/clock.ts';
import { defaultPolicy, type Policy, resolvePolicy } from '../authenticator/policy.ts';
import type { User } from '../authenticator/user.ts';
import { parseOrigin } from '../client/origin.ts';
import { StuntkeyError } from '../codec/stuntkey-error.ts';
import { systemRandom } from '../crypto/random.ts';
import { checkIndex, Derivation, type FleetIdentity, type PersonRecord } from './derivation.ts';
import { type FleetContext, Person, type PersonOptions } from './person.ts';
import type { Portion, Signed, SignRequest, ThreadFleet, ThreadOptions } from './threads/types.ts';

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

/** How many sign-ins, and how many lines, a thread is given at a time. */
const REQUESTS = 64;
const LINES = 512;

export class Fleet {
  readonly rpId: string;
  readonly origin: string;
  readonly algorithm: -7 | -8;
  readonly #context: FleetContext;
  /** What another thread needs; undefined where it cannot have the same. */
  readonly #elsewhere: ThreadFleet | undefined;

  /** Use {@link fleet}. */
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
      discoverableCapacity: 1,
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
      backup: policy.backup,
      discoverable,
      counter,
      clock: options.clock ?? systemClock,
      random: options.repeatable === true ? undefined : systemRandom,
      ...(user !== undefined && { user }),
    };
    const { seed, repeatable = false } = options;
    const { rpId, origin, algorithm } = this;
    this.#elsewhere =
      user === undefined && options.policy === undefined
        ? { seed, rpId, origin, algorithm, counter, discoverable, repeatable }
        : undefined;
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
      !(userHandle instanceof Uint8Array && userHandle.length > 0 && userHandle.length <= 64)
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

  /**
   * Signs in as many people as are asked for, on all cores: for computing before a test what is sent in it. Requests are taken
   * as they are needed, a few hundred ahead, and results come in their order. A request that is refused is a result, too.
   *
   * @throws StuntkeyError `bad-options` for a fleet with a policy or user of its own, which cannot go to another thread, or
   *   for `threads`; `thread-lost`; `no-threads` elsewhere than in Node; the signal's reason
   *
   * @example
   * ```ts
   * import { fleet } from 'stuntkey/fleet';
   * const people = fleet({ seed: 'any text', rpId: 'example.com' });
   * const requests = [0, 1, 2].map((index) => ({ index, options: { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' } }));
   * for await (const { index, response, refused } of people.signMany(requests)) console.log(index, response?.id ?? refused);
   * ```
   */
  async *signMany(
    requests: Iterable<SignRequest> | AsyncIterable<SignRequest>,
    options?: ThreadOptions,
  ): AsyncGenerator<Signed, void, undefined> {
    const { clock } = this.#context;
    for await (const signed of onThreads(this.#onThread(), portions(requests, clock), options)) {
      yield* signed as readonly Signed[];
    }
  }

  /**
   * What servers store of a row of people, as lines of JSON, several to a text: `index`, `credentialId`, `publicKey` (COSE_Key),
   * `publicKeySpki`, `userHandle` (bytes in base64url) and `algorithm`. On all cores, as {@link signMany}.
   *
   * @throws StuntkeyError `bad-index`, and as {@link signMany}
   */
  async *lines(
    from: number,
    count: number,
    options?: ThreadOptions,
  ): AsyncGenerator<string, void, undefined> {
    checkIndex(from);
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new StuntkeyError('bad-options', `count: expected a number of people, got ${String(count)}`);
    }
    if (count > 0) checkIndex(from + count - 1);
    yield* onThreads(this.#onThread(), rows(from, count), options) as AsyncGenerator<string>;
  }

  #onThread(): ThreadFleet {
    if (this.#elsewhere === undefined) {
      throw new StuntkeyError('bad-options', 'a policy or user of its own cannot go to another thread');
    }
    return this.#elsewhere;
  }
}

async function* portions(
  requests: Iterable<SignRequest> | AsyncIterable<SignRequest>,
  clock: Clock,
): AsyncGenerator<Portion> {
  const portion = (taken: SignRequest[]): Portion => ({
    kind: 'sign',
    wall: wallTime(clock),
    requests: taken,
  });
  let taken: SignRequest[] = [];
  for await (const request of requests) {
    taken.push(request);
    if (taken.length < REQUESTS) continue;
    yield portion(taken);
    taken = [];
  }
  if (taken.length > 0) yield portion(taken);
}

function* rows(from: number, count: number): Generator<Portion> {
  for (let done = 0; done < count; done += LINES) {
    yield { kind: 'derive', from: from + done, count: Math.min(LINES, count - done) };
  }
}

/**
 * People from a seed. Any process with the same seed has the same ones: one can register person 7, and another sign in as
 * person 7, though neither keeps anything.
 *
 * @throws StuntkeyError `bad-options` or `bad-policy` that names the member, `bad-origin`
 *
 * @example
 * ```ts
 * import { fleet } from 'stuntkey/fleet';
 * const people = fleet({ seed: 'any text', rpId: 'example.com' });
 * const response = await people.person(999_999).get({ challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' });
 * console.log(response.id.length); // 43
 * ```
 */
export function fleet(options: FleetOptions): Fleet {
  return new Fleet(options);
}
