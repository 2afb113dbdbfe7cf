/** What every format asks of a public key that comes from outside. */
import type { SignatureAlgorithm } from '../algorithms.ts';
import { badKey } from '../error.ts';
import { isPoint } from '../point.ts';
import { decodeRsaPublic, leastRsaBits } from './rsa.ts';

/**
 * Checks a raw public key: its length, and that it is a point of its curve, or an RSA key of 1024 bits or more.
 *
 * @throws CryptoError `bad-key`; `invalid-public-key` off the curve
 */
export function checkPublicKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): void {
  if (algorithm.kty === 'RSA') {
    decodeRsaPublic(publicKey, leastRsaBits(algorithm));
    return;
  }
  if (publicKey.length !== algorithm.publicSize)
    throw badKey('publicKey', `${algorithm.publicSize} bytes`, `${publicKey.length}`);
  if (algorithm.kty !== 'AKP' && !isPoint(algorithm.curve, publicKey))
    throw badKey('publicKey', `a point of ${algorithm.curve}`, 'a point off it', 'invalid-public-key');
}

/** Whether keys of one algorithm are keys of another: curve names and fully specified names share them, RSA paddings do not. */
export function sharesKeys(a: SignatureAlgorithm, b: SignatureAlgorithm): boolean {
  if (a.kty === 'RSA' || a.kty === 'AKP') return a.id === b.id;
  return 'curve' in b && a.curve === b.curve;
}
