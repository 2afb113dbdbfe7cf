/**
 * ML-DSA (FIPS 204) by noble, with an empty context as RFC 9964 wants it. Signatures are deterministic. A private key is
 * its seed here; what is signed with is expanded from that, which takes as long as making the key.
 */
import { mlDsaSets } from '#ml-dsa';
import { hex } from '../base/bytes.ts';
import { Cache } from '../base/cache.ts';
import type { MlDsaName } from './algorithms.ts';
import { badKey } from './error.ts';

const SETS = { 'ML-DSA-44': 'ml_dsa44', 'ML-DSA-65': 'ml_dsa65', 'ML-DSA-87': 'ml_dsa87' } as const;

const SEED_SIZE = 32;

/** What a seed expands to. */
export interface ExpandedKey {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

const expanded = new Cache<string, ExpandedKey>(64);

/** The keys of a 32-byte seed, not to be modified. @throws CryptoError `bad-key` for a seed of another length */
export function expandMlDsa(name: MlDsaName, seed: Uint8Array): ExpandedKey {
  if (seed.length !== SEED_SIZE)
    throw badKey('secret', `a seed of ${SEED_SIZE} bytes`, `${seed.length} bytes`);
  const id = `${name} ${hex(seed)}`;
  let keys = expanded.get(id);
  if (keys === undefined) {
    keys = mlDsaSets()[SETS[name]].keygen(seed);
    expanded.set(id, keys);
  }
  return keys;
}

/** A signature, the same each time. */
export function signMlDsa(name: MlDsaName, seed: Uint8Array, data: Uint8Array): Uint8Array {
  return mlDsaSets()[SETS[name]].sign(data, expandMlDsa(name, seed).secretKey, { extraEntropy: false });
}

/** Whether a signature verifies. @throws for keys and signatures of impossible lengths */
export function verifyMlDsa(
  name: MlDsaName,
  publicKey: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  return mlDsaSets()[SETS[name]].verify(signature, data, publicKey);
}
