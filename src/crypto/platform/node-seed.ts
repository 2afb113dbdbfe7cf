/**
 * Key pairs that follow from a seed (Ed25519, Ed448, and ML-DSA where Node has it), by the cheapest way there is: a JWK
 * without its public key. OpenSSL derives that from the seed and does not look at the one given; the JWK it gives back
 * has the right one. A PKCS#8 document would do the same in ten times the time.
 */
import * as crypto from 'node:crypto';
import { base64url, fromBase64url } from '../../base/base64url.ts';
import type { AkpAlgorithm, OkpCurve } from '../algorithms.ts';
import { badKey } from '../error.ts';

/** A seed's public key, and the private key as Node has it. */
export interface SeedKey {
  readonly key: crypto.KeyObject;
  readonly public: Uint8Array;
}

const SEED_SIZES: Readonly<Record<OkpCurve, number>> = { Ed25519: 32, Ed448: 57 };

/** The key pair of an Ed25519 or Ed448 seed. @throws CryptoError `bad-key` for a seed of another length */
export function seedKey(curve: OkpCurve, seed: Uint8Array): SeedKey {
  const size = SEED_SIZES[curve];
  if (seed.length !== size) throw badKey('secret', `a seed of ${size} bytes`, `${seed.length} bytes`);
  const key = crypto.createPrivateKey({
    key: { kty: 'OKP', crv: curve, x: '', d: base64url(seed) },
    format: 'jwk',
  });
  // Safe to export: only a KeyObject that generateKeyPairSync made can deadlock Node 20 here.
  return { key, public: fromBase64url(key.export({ format: 'jwk' }).x as string) };
}

/** The key pair of an ML-DSA seed. @throws whatever Node throws where it has no ML-DSA */
export function mlDsaKey({ name, publicSize }: AkpAlgorithm, seed: Uint8Array): SeedKey {
  const key = crypto.createPrivateKey({
    key: { kty: 'AKP', alg: name, pub: base64url(new Uint8Array(publicSize)), priv: base64url(seed) },
    format: 'jwk',
  });
  return { key, public: fromBase64url(key.export({ format: 'jwk' }).pub as string) };
}
