/**
 * Signatures of ML-DSA by the interfaces of FIPS 204 that RFC 9964 does not take: with a context, over a hash (HashML-DSA), or without
 * the prefix that tells the two apart (the internal one). Each is by the right key over the right bytes, and has to be refused.
 */
import { utf8 } from '../../base/bytes.ts';
import { type AkpAlgorithm, algorithmOf } from '../../crypto/algorithms.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { NotApplicable } from '../fault.ts';

export type OtherInterface = 'context' | 'hash' | 'internal';

/** Bytes at the end of a signature that say which hints there are: places (ω), and how many for each polynomial (k). FIPS 204, table 1. */
const HINTS: Readonly<Record<AkpAlgorithm['name'], { readonly places: number; readonly counts: number }>> = {
  'ML-DSA-44': { places: 80, counts: 4 },
  'ML-DSA-65': { places: 55, counts: 6 },
  'ML-DSA-87': { places: 75, counts: 8 },
};

/** The parameter set of a key. @throws NotApplicable for a key of another kind */
export function parameterSet({ algorithm }: Pick<KeyPair, 'algorithm'>): AkpAlgorithm {
  const known = algorithmOf(algorithm);
  if (known.kty !== 'AKP') throw new NotApplicable('the credential is not of ML-DSA');
  return known;
}

/** Signs by another interface than the one that is meant. */
export async function signOtherwise(
  key: KeyPair,
  data: Uint8Array,
  how: OtherInterface,
): Promise<Uint8Array> {
  const { name } = parameterSet(key);
  const [{ ml_dsa44, ml_dsa65, ml_dsa87 }, { sha512 }, { expandMlDsa }] = await Promise.all([
    import('@noble/post-quantum/ml-dsa.js'),
    import('@noble/hashes/sha2.js'),
    import('../../crypto/ml-dsa.ts'),
  ]);
  const scheme = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }[name];
  const { secretKey } = expandMlDsa(name, key.secret);
  switch (how) {
    case 'context':
      return scheme.sign(data, secretKey, { context: utf8('stuntkey test') });
    case 'hash':
      return scheme.prehash(sha512).sign(data, secretKey);
    case 'internal':
      return scheme.internal.sign(data, secretKey);
  }
}

/**
 * The same signature with a byte that is not zero behind its hints. FIPS 204's algorithm 21 refuses that, since a signature would
 * have several spellings otherwise.
 *
 * @throws NotApplicable for the rare signature that has no room there
 */
export function withHintPadding(key: Pick<KeyPair, 'algorithm'>, signature: Uint8Array): Uint8Array {
  const { places, counts } = HINTS[parameterSet(key).name];
  if ((signature.at(-1) as number) >= places)
    throw new NotApplicable('the signature has as many hints as fit');
  const changed = new Uint8Array(signature);
  changed[changed.length - counts - 1] = 1;
  return changed;
}
