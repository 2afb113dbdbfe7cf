/**
 * Signatures with a hash that is not the one COSE binds to the curve, as certificates have them (P-384 with SHA-256, for one): our
 * engines go by COSE algorithms, and do not know these.
 */
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { platform } from '#platform';
import { concat } from '../base/bytes.ts';
import { type EcAlgorithm, findAlgorithm, type HashName, type SignatureAlgorithm } from './algorithms.ts';
import { engineFor } from './engine.ts';

/**
 * Whether a signature verifies.
 *
 * @param algorithm what kind of key it is
 * @param publicKey raw
 * @param hash undefined for kinds that have their own
 * @param signature DER for elliptic curves
 */
export async function verifySignature(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  hash: HashName | undefined,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const fitting = findAlgorithm((one) => sameKeys(one, algorithm) && (!('hash' in one) || one.hash === hash));
  if (fitting !== undefined) {
    return engineFor({ deterministic: false }).verify(fitting.id, publicKey, data, signature);
  }
  if (algorithm.kty !== 'EC2' || hash === undefined) return false;
  const curve = await CURVES[algorithm.curve]();
  try {
    return curve.verify(signature, platform.hash(hash, data), concat(Uint8Array.of(4), publicKey), {
      format: 'der',
      lowS: false,
      prehash: false,
    });
  } catch {
    return false;
  }
}

/** Certificates' RSA signatures are of PKCS#1 v1.5. */
function sameKeys(one: SignatureAlgorithm, other: SignatureAlgorithm): boolean {
  if (one.kty !== other.kty) return false;
  if (one.kty === 'RSA') return one.padding === 'PKCS1-v1_5';
  if (one.kty === 'AKP') return one.id === other.id;
  return !('curve' in one && 'curve' in other) || one.curve === other.curve;
}

const CURVES: Readonly<Record<EcAlgorithm['curve'], () => Promise<ECDSA>>> = {
  'P-256': async () => (await import('./curves/nist.ts')).p256,
  'P-384': async () => (await import('./curves/nist.ts')).p384,
  'P-521': async () => (await import('./curves/nist.ts')).p521,
  secp256k1: async () => (await import('./curves/secp256k1.ts')).secp256k1,
};
