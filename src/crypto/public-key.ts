/** The public key that belongs to a private one. */
import { platform } from '#platform';
import type { SignatureAlgorithm } from './algorithms.ts';

/** x and y for elliptic curves, the encoded point for Ed25519. */
export function publicKeyOf(algorithm: SignatureAlgorithm, secret: Uint8Array): Uint8Array {
  return algorithm.kty === 'EC2' ? platform.p256PublicKey(secret) : platform.ed25519PublicKey(secret);
}
