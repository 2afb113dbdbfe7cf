/** The primitives from noble, for every runtime without node:crypto. */
import { cbc, gcm } from '@noble/ciphers/aes.js';
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../../base/bytes.ts';
import type { EcCurve } from '../algorithms.ts';
import { badKey, CryptoError } from '../error.ts';
import { expectBlocks, MOST_RANDOM_VALUES, type Platform } from './types.ts';

const HASHES = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 } as const;

const CURVES = { 'P-256': p256, 'P-384': p384, 'P-521': p521, secp256k1 } as const;

function ecPublicKey(curve: EcCurve, secret: Uint8Array): Uint8Array {
  try {
    return CURVES[curve].getPublicKey(secret, false).slice(1);
  } catch (cause) {
    throw badKey('secret', `a scalar of ${curve}`, `${secret.length} bytes`, 'bad-key', cause);
  }
}

export const platform: Platform = {
  hash: (name, data) => HASHES[name](data),
  hmacSha256: (key, data) => hmac(sha256, key, data),
  hkdfSha256: (ikm, salt, info, length) => hkdf(sha256, ikm, salt, info, length),
  aesCbcEncrypt(key, iv, data) {
    expectBlocks(data);
    return cbc(key, iv, { disablePadding: true }).encrypt(data);
  },
  aesCbcDecrypt(key, iv, data) {
    expectBlocks(data);
    return cbc(key, iv, { disablePadding: true }).decrypt(data);
  },
  aesGcmSeal: (key, nonce, data, additional) => gcm(key, nonce, additional).encrypt(data),
  aesGcmOpen(key, nonce, sealed, additional) {
    try {
      return gcm(key, nonce, additional).decrypt(sealed);
    } catch (cause) {
      throw new CryptoError('decryption-failed', 'the authentication tag does not fit', { cause });
    }
  },
  ecdhP256(secret, publicKey) {
    try {
      return p256.getSharedSecret(secret, concat(Uint8Array.of(4), publicKey)).slice(1, 33);
    } catch (cause) {
      throw new CryptoError('invalid-public-key', 'the point is not on P-256', { cause });
    }
  },
  p256PublicKey: (secret) => ecPublicKey('P-256', secret),
  publicKey(curve, secret) {
    if (curve !== 'Ed25519' && curve !== 'Ed448') return ecPublicKey(curve, secret);
    const { getPublicKey, lengths } = curve === 'Ed25519' ? ed25519 : ed448;
    if (secret.length !== lengths.secretKey)
      throw badKey('secret', `a seed of ${lengths.secretKey} bytes`, `${secret.length} bytes`);
    return getPublicKey(secret);
  },
  randomBytes(length) {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += MOST_RANDOM_VALUES) {
      crypto.getRandomValues(bytes.subarray(i, i + MOST_RANDOM_VALUES));
    }
    return bytes;
  },
};
