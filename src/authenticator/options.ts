/** What an authenticator is made with. */
import type { AttestationSource } from '../authority/identity.ts';
import { type Clock, clockShape } from '../base/clock.ts';
import {
  anything,
  bytes,
  callable,
  check,
  either,
  exactly,
  flag,
  having,
  type Members,
  maybe,
  oneOf,
  type Shape,
  text,
} from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { User } from '../person/user.ts';
import type { Store } from '../store/store.ts';
import type { KeyGenerator } from './device.ts';
import { type ModelName, models } from './models/registry.ts';
import type { Policy } from './policy/type.ts';

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

const MEMBERS = {
  model: maybe(oneOf(Object.keys(models) as ModelName[])),
  // (Looked at by itself.)
  policy: maybe(anything),
  generateKey: maybe(callable<KeyGenerator>()),
  attestation: maybe(
    having<AttestationSource>(
      'a source of attestation identities, such as new AttestationAuthority()',
      'identity',
    ),
  ),
  store: maybe(having<Store>('a store, such as new MemoryStore()', 'read', 'transaction')),
  clock: maybe(clockShape),
  wrappingSecret: maybe(bytes(32)),
  seed: maybe(either(bytes(0, Number.POSITIVE_INFINITY), text(), 'a text or bytes')),
  random: maybe(callable<RandomSource>('a function that gives random bytes')),
  repeatable: maybe(flag),
} as const satisfies Members;

type Unread<T> = Omit<T, 'policy'> & { readonly policy?: unknown };

const shape: Shape<Unread<AuthenticatorOptions>> = exactly({
  ...MEMBERS,
  user: maybe(having<User>('somebody who can answer, such as new ScriptedUser()', 'answer')),
});

/** What a fixture's device is made with: its person is the fixture's. */
export const deviceShape: Shape<Unread<Omit<AuthenticatorOptions, 'user'>>> = exactly(
  MEMBERS,
  'what the device is made with (its person is the option user, beside this)',
);

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(given: AuthenticatorOptions): AuthenticatorOptions {
  const options = check(shape, given, 'bad-options') as AuthenticatorOptions;
  if (options.seed !== undefined && options.random !== undefined) {
    throw new StuntkeyError('bad-options', 'expected seed or random, got both');
  }
  return options;
}
