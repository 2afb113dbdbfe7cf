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

/** The options of an authenticator. Every option has a default. */
export interface AuthenticatorOptions {
  /** A known product to behave like; see docs/models.md. */
  readonly model?: ModelName;
  /** The manufacturer's decisions. The model, or `defaultPolicy`, has the members that are not given. */
  readonly policy?: Partial<Policy>;
  /** The person. Default: a {@link ScriptedUser} who approves everything at once. */
  readonly user?: User;
  /** Makes the keys of new credentials, for tests that need certain keys. Default: the device makes its own. */
  readonly generateKey?: KeyGenerator;
  /** Issues the certificates of its attestation keys. Default: an `AttestationAuthority` with a public seed. */
  readonly attestation?: AttestationSource;
  /** The store of credentials and device state. Default: memory. */
  readonly store?: Store;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /**
   * 32 bytes, the secret of credentials that are wrapped instead of stored. Devices with the same secret answer for each
   * other's credentials. For an unused store; a reset makes a new one. Default: random.
   */
  readonly wrappingSecret?: Uint8Array;
  /** Derives every random value from these bytes or this text, and makes signatures deterministic. For tests only. */
  readonly seed?: Uint8Array | string;
  /** The source of random bytes. Excludes `seed`. Signatures are then deterministic, too, unless `repeatable` says otherwise. */
  readonly random?: RandomSource;
  /** Whether signatures of the same bytes are the same (RFC 6979), which takes longer. Default: true with `seed` or `random`. */
  readonly repeatable?: boolean;
}

const members = () =>
  ({
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
  }) as const satisfies Members;

type Unread<T> = Omit<T, 'policy'> & { readonly policy?: unknown };

const shape: Shape<Unread<AuthenticatorOptions>> = exactly(
  () => ({
    ...members(),
    user: maybe(having<User>('an object with answer(), such as new ScriptedUser()', 'answer')),
  }),
  "options, such as { model: 'yubikey-5-nfc' }",
);

/** The options of a fixture's device. The person is the fixture's. */
export const deviceShape: Shape<Unread<Omit<AuthenticatorOptions, 'user'>>> = exactly(
  members,
  'what the device is made with (its person is the option user, beside this)',
);

/**
 * Says where an option of the device belongs that was handed in beside it, or in its place.
 *
 * @param given the options of a fixture, whatever they are
 * @throws StuntkeyError `bad-options`
 */
export function requireWithinDevice(given: unknown): void {
  const options = Object(given) as { readonly device?: unknown };
  if (typeof Object(options.device).transact === 'function')
    throw new StuntkeyError(
      'bad-options',
      "device: expected what the device is made with, such as { model: 'yubikey-5-nfc' }, got an Authenticator",
    );
  const beside = (['model', 'policy', 'store', 'attestation'] as const).find((name) => name in options);
  if (beside !== undefined)
    throw new StuntkeyError(
      'bad-options',
      `${beside}: expected as an option of the device: { device: { ${beside}: … } }`,
    );
}

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(given: AuthenticatorOptions): AuthenticatorOptions {
  const options = check(shape, given, 'bad-options') as AuthenticatorOptions;
  if (options.seed !== undefined && options.random !== undefined) {
    throw new StuntkeyError('bad-options', 'expected seed or random, got both');
  }
  return options;
}
