/** The primitives from node:crypto. */
import * as crypto from 'node:crypto';
import { concat, fromHex } from '../../codec/bytes.ts';
import { CryptoError } from '../error.ts';
import type { Platform } from './types.ts';

const HASHES = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const;

/** One object for all: making one costs as much as a key. */
const ecdh: crypto.ECDH = crypto.createECDH('prime256v1');

/** RFC 8410: what makes a raw seed a PKCS#8 document. */
const ED25519_PKCS8 = fromHex('302e020100300506032b657004220420');

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** crypto.hash came with Node 20.12 and saves a third of a small hash's time. */
const digest: (name: string, data: Uint8Array) => Uint8Array =
  typeof crypto.hash === 'function'
    ? (name, data) => crypto.hash(name, data, 'buffer')
    : (name, data) => crypto.createHash(name).update(data).digest();

export const platform: Platform = {
  hash: (name, data) => plain(digest(HASHES[name], data)),
  hmacSha256: (key, data) => plain(crypto.createHmac('sha256', key).update(data).digest()),
  hkdfSha256: (ikm, salt, info, length) => new Uint8Array(crypto.hkdfSync('sha256', ikm, salt, info, length)),
  aesCbcEncrypt(key, iv, data) {
    const cipher = crypto.createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
    return concat(cipher.update(data), cipher.final());
  },
  aesCbcDecrypt(key, iv, data) {
    const decipher = crypto.createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
    return concat(decipher.update(data), decipher.final());
  },
  aesGcmSeal(key, nonce, data, additional) {
    const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce).setAAD(additional);
    return concat(cipher.update(data), cipher.final(), cipher.getAuthTag());
  },
  aesGcmOpen(key, nonce, sealed, additional) {
    const end = sealed.length - 16;
    if (end < 0)
      throw new CryptoError('decryption-failed', `expected at least 16 bytes, got ${sealed.length}`);
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce).setAAD(additional);
    decipher.setAuthTag(sealed.subarray(end));
    try {
      return concat(decipher.update(sealed.subarray(0, end)), decipher.final());
    } catch (cause) {
      throw new CryptoError('decryption-failed', 'the authentication tag does not fit', { cause });
    }
  },
  ecdhP256(secret, publicKey) {
    ecdh.setPrivateKey(secret);
    try {
      return plain(ecdh.computeSecret(concat(Uint8Array.of(4), publicKey)));
    } catch (cause) {
      throw new CryptoError('invalid-public-key', 'the point is not on P-256', { cause });
    }
  },
  p256PublicKey(secret) {
    try {
      ecdh.setPrivateKey(secret);
    } catch (cause) {
      throw new CryptoError('bad-key', 'expected a scalar of P-256', { cause, field: 'secret' });
    }
    return plain(ecdh.getPublicKey().subarray(1));
  },
  ed25519PublicKey(seed) {
    const der = concat(ED25519_PKCS8, seed);
    const key = crypto.createPublicKey(
      crypto.createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }),
    );
    // Safe to export: only a KeyObject that generateKeyPairSync made can deadlock Node 20 here.
    return plain(key.export({ format: 'der', type: 'spki' }).subarray(-32));
  },
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
