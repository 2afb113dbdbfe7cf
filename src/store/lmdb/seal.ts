/**
 * How values lie in the file: as they are, or sealed under a key (AES-256-GCM). Keys of the B-tree never hold a name: they
 * are digests, and in a sealed store HMACs, so that names cannot be tried without the passphrase.
 */
import { concat, utf8 } from '../../base/bytes.ts';
import { hmacSha256, sha256 } from '../../crypto/hash.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { deriveKey, seal, unseal } from '../../crypto/symmetric.ts';
import { storeError } from './errors.ts';

/** What the store does to its keys and values. */
export interface Sealer {
  /** 32 bytes for what is looked up, of one kind. */
  digest(kind: string, ...parts: readonly Uint8Array[]): Uint8Array;
  /** A value as it is kept under a key. */
  seal(key: Uint8Array, value: Uint8Array): Uint8Array;
  /** What {@link seal} sealed, in memory of its own. @throws StuntkeyError `store-damaged` */
  unseal(key: Uint8Array, sealed: Uint8Array): Uint8Array;
}

/** For a store without a passphrase. */
export const plain: Sealer = {
  digest: (kind, ...parts) => sha256(concat(utf8(kind), ...parts)),
  seal: (_key, value) => value,
  unseal: (_key, sealed) => new Uint8Array(sealed),
};

const NONCE = 12;

/**
 * For a store under a passphrase: every value has a nonce of its own, and is bound to the key it lies under.
 *
 * @param dataKey 32 bytes
 */
export function sealedUnder(dataKey: Uint8Array, random: RandomSource): Sealer {
  const valueKey = deriveKey(dataKey, 'stuntkey store values', 32);
  const digestKey = deriveKey(dataKey, 'stuntkey store digests', 32);
  return {
    digest: (kind, ...parts) => hmacSha256(digestKey, concat(utf8(kind), ...parts)),
    seal(key, value) {
      const nonce = random(NONCE, 'store-nonce');
      return concat(nonce, seal(valueKey, nonce, value, key));
    },
    unseal(key, sealed) {
      const bytes = new Uint8Array(sealed);
      try {
        return unseal(valueKey, bytes.subarray(0, NONCE), bytes.subarray(NONCE), key);
      } catch (error) {
        throw storeError(
          'store-damaged',
          'a value of the store does not open: it was changed from outside',
          error,
        );
      }
    },
  };
}
