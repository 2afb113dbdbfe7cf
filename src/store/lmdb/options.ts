import { callable, check, exactly, flag, maybe, type Shape, text, whole } from '../../base/shape.ts';
import type { RandomSource } from '../../crypto/random.ts';

/** The options of a store. */
export interface StoreOptions {
  /** The folder of the store. */
  readonly path: string;
  /** Encrypts a new store, opens an encrypted one. */
  readonly passphrase?: string;
  /** Opens it for reading only, which works on a read-only medium, too. Default: false. */
  readonly readOnly?: boolean;
  /** Whether to make a store where there is none. Default: true, unless `readOnly`. */
  readonly create?: boolean;
  /** Random bytes for the keys and nonces of an encrypted store. Default: the machine's. */
  readonly random?: RandomSource;
  /** What one try of a new store's passphrase costs: log2 of scrypt's N, 10 to 20. Default: 17, which takes 128 MiB and a second. */
  readonly passphraseCost?: number;
}

const shape: Shape<StoreOptions> = exactly(
  {
    path: text({ least: 1, pattern: /^[^\0]*$/, what: 'the folder of the store' }),
    passphrase: maybe(text({ secret: true, what: 'a text' })),
    readOnly: maybe(flag),
    create: maybe(flag),
    random: maybe(callable<RandomSource>('a function that gives random bytes')),
    passphraseCost: maybe(whole(10, 20)),
  },
  "{ path: 'the folder of the store' }",
);

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(given: StoreOptions): StoreOptions {
  return check(shape, given, 'bad-options', 'openStore');
}
