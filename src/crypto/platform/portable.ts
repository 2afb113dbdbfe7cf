/** The primitives from noble, for every runtime without node:crypto. */
import { cbc, gcm } from '@noble/ciphers/aes.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../../codec/bytes.ts';
import { CryptoError } from '../error.ts';
import type { Platform } from './types.ts';

const HASHES = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 } as const;

export const platform: Platform = {
  hash: (name, data) => HASHES[name](data),
  hmacSha256: (key, data) => hmac(sha256, key, data),
  hkdfSha256: (ikm, salt, info, length) => hkdf(sha256, ikm, salt, info, length),
  aesCbcEncrypt: (key, iv, data) => cbc(key, iv, { disablePadding: true }).encrypt(data),
  aesCbcDecrypt: (key, iv, data) => cbc(key, iv, { disablePadding: true }).decrypt(data),
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
  p256PublicKey(secret) {
    try {
      return p256.getPublicKey(secret, false).slice(1);
    } catch (cause) {
      throw new CryptoError('bad-key', 'expected a scalar of P-256', { cause, field: 'secret' });
    }
  },
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
