/** One person of a fleet: a device with the derived credential, and the client in front of it. */
import { Authenticator } from '../../authenticator/authenticator.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import type { Clock } from '../../base/clock.ts';
import { wallTime } from '../../base/clock.ts';
import { type CeremonyOptions, type OptionsOrWrapped, WebAuthnClient } from '../../client/client.ts';
import type { RandomSource } from '../../crypto/random.ts';
import type { User } from '../../person/user.ts';
import type { DeviceState } from '../../store/device-state.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { Derivation, PersonRecord } from './derivation.ts';
import { PersonStore } from './store.ts';

/** What a server knows of a person, where it differs from the derived values. */
export interface PersonOptions {
  /** The user handle that the server gave at the registration, 1 to 64 bytes. A fleet does not store it. */
  readonly userHandle?: Uint8Array;
}

/** What all people of a fleet share. */
export interface FleetContext {
  readonly derivation: Derivation;
  readonly origin: string;
  readonly policy: Policy;
  /** The first state of every device. */
  readonly state: DeviceState;
  readonly discoverable: boolean;
  readonly counter: 'zero' | 'clock';
  readonly clock: Clock;
  readonly user?: User;
  /** The source of random bytes that are not derived; undefined derives them, too, and makes signatures repeat. */
  readonly random: RandomSource | undefined;
}

/** Tenths of a second since 2026 began: a counter of four bytes reaches 2039 with them. */
const TICK = 100;
const BEGINNING: number = Date.UTC(2026, 0, 1);
const MOST = 0xffff_ffff;

/** A counter by the clock. */
function ticksOf(clock: Clock): number {
  return Math.min(Math.max(Math.floor((wallTime(clock) - BEGINNING) / TICK), 0), MOST);
}

/** One person of a fleet: a device with one derived credential, and a client in front of it. `fleet.person(index)` makes one. */
export class Person {
  readonly index: number;
  /** The device; it has the derived credential from the start. */
  readonly authenticator: Authenticator;
  readonly #derivation: Derivation;
  readonly #client: WebAuthnClient;

  constructor(context: FleetContext, index: number, { userHandle }: PersonOptions) {
    const { derivation, clock, counter, user } = context;
    this.index = index;
    this.#derivation = derivation;
    const random = drawing(context, index);
    this.authenticator = new Authenticator({
      policy: context.policy,
      store: new PersonStore(derivation, index, {
        discoverable: context.discoverable,
        backup: context.policy.backup,
        state: context.state,
        leastSignCount: counter === 'clock' ? () => ticksOf(clock) : () => 0,
        ...(userHandle !== undefined && { userHandle }),
      }),
      random,
      repeatable: context.random === undefined,
      generateKey: (algorithm) =>
        algorithm === derivation.algorithm ? derivation.keyPair(index) : undefined,
      clock,
      ...(user !== undefined && { user }),
    });
    this.#client = new WebAuthnClient({
      origin: context.origin,
      authenticator: this.authenticator,
      clock,
      random,
    });
  }

  /** What a server stores of this person. */
  get record(): PersonRecord {
    return this.#derivation.record(this.index);
  }

  /** Registers. @throws as {@link WebAuthnClient.create} */
  create(
    options: OptionsOrWrapped<PublicKeyCredentialCreationOptionsJSON>,
    ceremony?: CeremonyOptions,
  ): Promise<RegistrationResponseJSON> {
    return this.#client.create(options, ceremony);
  }

  /** Signs in. @throws as {@link WebAuthnClient.get} */
  get(
    options: OptionsOrWrapped<PublicKeyCredentialRequestOptionsJSON>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON> {
    return this.#client.get(options, ceremony);
  }
}

/** Random bytes for a person's device: those of the credential are derived. */
function drawing({ derivation, random }: FleetContext, index: number): RandomSource {
  const drawn = new Map<string, number>();
  return (length, purpose) => {
    if (purpose === 'credential-id') return derivation.credentialId(index);
    if (purpose === 'cred-random') return derivation.credRandom(index);
    if (random !== undefined) return random(length, purpose);
    const count = drawn.get(purpose) ?? 0;
    drawn.set(purpose, count + 1);
    return derivation.chance(index, purpose, count, length);
  };
}
