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

/** The store to check. */
export interface CheckOptions {
  /** The folder of the store. */
  readonly path: string;
  /** For an encrypted store; without it, sealed values are not checked. */
  readonly passphrase?: string;
}

/** How an export is encrypted. */
export interface ExportOptions {
  /** Encrypts the file. It may differ from the store's. */
  readonly passphrase?: string;
  /** Random bytes for the file's key and nonces. Default: the machine's. */
  readonly random?: RandomSource;
  /** log2 of scrypt's N, 10 to 20. Default: 17. */
  readonly passphraseCost?: number;
}

/** The new store, and the file's passphrase. */
export interface ImportOptions
  extends Pick<StoreOptions, 'path' | 'passphrase' | 'random' | 'passphraseCost'> {
  /** The export's passphrase. (`passphrase` is the new store's.) */
  readonly exportPassphrase?: string;
}

const FOLDER = "{ path: 'the folder of the store' }";
const path = text({ least: 1, pattern: /^[^\0]*$/, what: 'the folder of the store' });
const passphrase = maybe(text({ secret: true, what: 'a text' }));
const sealing = {
  passphrase,
  random: maybe(callable<RandomSource>('a function that gives random bytes')),
  passphraseCost: maybe(whole(10, 20)),
};

const opening: Shape<StoreOptions> = exactly(
  { path, ...sealing, readOnly: maybe(flag), create: maybe(flag) },
  FOLDER,
);
const checking: Shape<CheckOptions> = exactly({ path, passphrase }, FOLDER);
const exporting: Shape<ExportOptions> = exactly(sealing, "{ passphrase: 'of the file' }");
const importing: Shape<ImportOptions> = exactly({ path, ...sealing, exportPassphrase: passphrase }, FOLDER);

type Checked<Options> = (given: Options, caller: string) => Options;

const checked =
  <Options>(shape: Shape<Options>): Checked<Options> =>
  (given, caller) =>
    check(shape, given, 'bad-options', caller);

/** Each throws StuntkeyError `bad-options` that names the caller and the option. */
export const openingOptions: Checked<StoreOptions> = checked(opening);
export const checkOptions: Checked<CheckOptions> = checked(checking);
export const exportOptions: Checked<ExportOptions> = checked(exporting);
export const importOptions: Checked<ImportOptions> = checked(importing);
