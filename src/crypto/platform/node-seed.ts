/**
 * Key pairs that follow from a seed (Ed25519, Ed448, and ML-DSA where Node has it), by the cheapest way there is: a JWK
 * without its public key. OpenSSL derives that from the seed and does not look at the one given; the JWK it gives back
 * has the right one. On Node 20 a PKCS#8 document does the same in ten times the time. Late releases of Node 24 compare the public key
 * of a JWK, and read PKCS#8 quickly.
 */
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { base64url, fromBase64url } from '../../base/base64url.ts';
import { fromHex } from '../../base/bytes.ts';
import type { AkpAlgorithm, OkpCurve } from '../algorithms.ts';
import { badKey } from '../error.ts';
import { nodeCrypto } from './node-crypto.ts';

/** A seed's public key, and the private key as Node has it. */
export interface SeedKey {
  readonly key: KeyObject;
  readonly public: Uint8Array;
}

/** PKCS#8 of a seed, up to the seed itself (RFC 8410; RFC 9881 section 6). */
const PREFIXES = {
  Ed25519: fromHex('302e020100300506032b657004220420'),
  Ed448: fromHex('3047020100300506032b6571043b0439'),
  'ML-DSA-44': fromHex('3034020100300b060960864801650304031104228020'),
  'ML-DSA-65': fromHex('3034020100300b060960864801650304031204228020'),
  'ML-DSA-87': fromHex('3034020100300b060960864801650304031304228020'),
} as const;

/** Whether a JWK may come without its public key; known from the first one on. */
let jwkAlone = true;

function imported(name: keyof typeof PREFIXES, seed: Uint8Array, jwk: JsonWebKey): KeyObject {
  if (jwkAlone) {
    try {
      return nodeCrypto().createPrivateKey({ key: jwk, format: 'jwk' });
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_CRYPTO_INVALID_JWK') throw error;
      jwkAlone = false;
    }
  }
  const key = Buffer.concat([PREFIXES[name], seed]);
  return nodeCrypto().createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

const SEED_SIZES: Readonly<Record<OkpCurve, number>> = { Ed25519: 32, Ed448: 57 };

/** The key pair of an Ed25519 or Ed448 seed. @throws CryptoError `bad-key` for a seed of another length */
export function seedKey(curve: OkpCurve, seed: Uint8Array): SeedKey {
  const size = SEED_SIZES[curve];
  if (seed.length !== size) throw badKey('secret', `a seed of ${size} bytes`, `${seed.length} bytes`);
  const key = imported(curve, seed, { kty: 'OKP', crv: curve, x: '', d: base64url(seed) });
  // Safe to export: only a KeyObject that generateKeyPairSync made can deadlock Node 20 here.
  return { key, public: fromBase64url(key.export({ format: 'jwk' }).x as string) };
}

/** The key pair of an ML-DSA seed. @throws whatever Node throws where it has no ML-DSA */
export function mlDsaKey({ name, publicSize }: AkpAlgorithm, seed: Uint8Array): SeedKey {
  const pub = base64url(new Uint8Array(publicSize));
  const key = imported(name, seed, { kty: 'AKP', alg: name, pub, priv: base64url(seed) });
  return { key, public: fromBase64url(key.export({ format: 'jwk' }).pub as string) };
}
