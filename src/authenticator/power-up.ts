/** What a device is made of: everything from outside, its policy checked, and its defaults. */
import { StuntkeyError } from '../codec/stuntkey-error.ts';
import { engineFor } from '../crypto/engine.ts';
import { type RandomSource, seededRandom, systemRandom } from '../crypto/random.ts';
import { MemoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { WatchedStore } from '../store/watched.ts';
import type { AttestationSource } from './attestation/identity.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Device, KeyGenerator } from './device.ts';
import { type ModelName, policyOf } from './models/registry.ts';
import { type Policy, resolvePolicy } from './policy.ts';
import { Session } from './session.ts';
import { factoryState } from './state.ts';
import { ScriptedUser, type User } from './user.ts';

/** Everything from outside. Each has a default. */
export interface AuthenticatorOptions {
  /** A known product to behave as; see docs/models.md. */
  readonly model?: ModelName;
  /** What the manufacturer decided; what is not given is as in the model, or in `defaultPolicy`. */
  readonly policy?: Partial<Policy>;
  /** Who answers for the person. Default: a {@link ScriptedUser} who approves everything at once. */
  readonly user?: User;
  /** Keys for new credentials, handed in: for tests that need certain ones. Default: the device makes its own. */
  readonly generateKey?: KeyGenerator;
  /** Who vouches for its attestation keys. Default: an `AttestationAuthority` with a seed that is public. */
  readonly attestation?: AttestationSource;
  /** Where credentials and state live. Default: memory. */
  readonly store?: Store;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /**
   * 32 bytes under which credentials are wrapped that a policy does not store; devices that share them answer for each
   * other's. For a store that was never used; a reset draws another. Default: random.
   */
  readonly wrappingSecret?: Uint8Array;
  /** Makes every random value follow from these bytes or this text, and signatures deterministic. For tests only. */
  readonly seed?: Uint8Array | string;
  /** Chance, handed in. Excludes `seed`. Signatures are then deterministic too, unless `repeatable` says otherwise. */
  readonly random?: RandomSource;
  /** Whether a signature of the same bytes is the same (RFC 6979), which takes longer. Default: with `seed` or `random`. */
  readonly repeatable?: boolean;
}

/** The authority for all that were given none: it is loaded when something is attested. */
const DEFAULT_AUTHORITY: AttestationSource = {
  async identity(request) {
    const { defaultAuthority } = await import('./attestation/default-authority.ts');
    return defaultAuthority().identity(request);
  },
};

/** @throws StuntkeyError `bad-policy`, or `bad-options` for an unknown model, or both `seed` and `random` */
export function powerUp(options: AuthenticatorOptions): Device & { readonly store: WatchedStore } {
  if (options.seed !== undefined && options.random !== undefined) {
    throw new StuntkeyError('bad-options', 'expected seed or random, got both');
  }
  const { wrappingSecret } = options;
  if (wrappingSecret !== undefined && wrappingSecret.length !== 32) {
    throw new StuntkeyError('bad-options', `wrappingSecret: expected 32 bytes, got ${wrappingSecret.length}`);
  }
  const random = options.random ?? (options.seed === undefined ? systemRandom : seededRandom(options.seed));
  const powered = {
    policy: resolvePolicy(
      options.model === undefined ? options.policy : { ...policyOf(options.model), ...options.policy },
    ),
    store: new WatchedStore(options.store ?? new MemoryStore()),
    random,
    clock: options.clock ?? systemClock,
    user: options.user ?? new ScriptedUser(),
    engine: engineFor({ deterministic: options.repeatable ?? random !== systemRandom }),
    attestation: options.attestation ?? DEFAULT_AUTHORITY,
    ...(options.generateKey && { generateKey: options.generateKey }),
  };
  return { ...powered, session: new Session(powered) };
}

/** A store never used gets the state of a device that leaves the factory. */
export async function leaveFactory(
  { store, policy, random }: Device,
  wrappingSecret: Uint8Array | undefined,
): Promise<void> {
  if (store.read((reader) => reader.device()) !== undefined) return;
  await store.transaction((transaction) => {
    if (transaction.device() === undefined) {
      transaction.putDevice(factoryState(policy, random, wrappingSecret));
    }
  });
}
