/** The public key that belongs to a private one, in the raw form of KeyPair. */
import { platform } from '#platform';
import type { SignatureAlgorithm } from './algorithms.ts';
import { badKey } from './error.ts';
import { decodeRsaPrivate, encodeRsaPublic } from './formats/rsa.ts';
import { expandMlDsa } from './ml-dsa.ts';
import { isScalar } from './scalar.ts';

/**
 * Derives the public key, and thereby checks the private one.
 *
 * @throws CryptoError `bad-key` for a private key that is none
 */
export function publicKeyOf(algorithm: SignatureAlgorithm, secret: Uint8Array): Uint8Array {
  switch (algorithm.kty) {
    case 'EC2':
      if (!isScalar(algorithm.curve, secret))
        throw badKey('secret', `a scalar of ${algorithm.curve}`, `${secret.length} bytes that are none`);
      return platform.publicKey(algorithm.curve, secret);
    case 'OKP':
      return platform.publicKey(algorithm.curve, secret);
    case 'RSA':
      return encodeRsaPublic(decodeRsaPrivate(secret));
    case 'AKP':
      return expandMlDsa(algorithm.name, secret).publicKey.slice();
  }
}
