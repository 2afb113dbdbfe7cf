/** The synchronous primitives the house needs, from whatever the runtime has. */
import type { Curve, HashName } from '../algorithms.ts';
import { CryptoError } from '../error.ts';

export interface Platform {
  hash(name: HashName, data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** At most 8160 bytes. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** AES-CBC without padding. @throws CryptoError `bad-length` unless the data is a multiple of 16 bytes */
  aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** AES-CBC without padding. @throws CryptoError `bad-length` unless the data is a multiple of 16 bytes */
  aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** AES-256-GCM: ciphertext, then the 16-byte tag. The nonce is 12 bytes. */
  aesGcmSeal(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, additional: Uint8Array): Uint8Array;
  /** The reverse. @throws CryptoError `decryption-failed` when the tag does not fit */
  aesGcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, additional: Uint8Array): Uint8Array;
  /** x-coordinate of the shared point, 32 bytes. @throws CryptoError `invalid-public-key` off the curve */
  ecdhP256(secret: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** x and y of the scalar's public point, 64 bytes. @throws CryptoError `bad-key` unless 0 < secret < n */
  p256PublicKey(secret: Uint8Array): Uint8Array;
  /**
   * The public key of a scalar (x and y) or of a seed (the encoded point).
   *
   * @throws CryptoError `bad-key` for a scalar that is none, or a seed of another length
   */
  publicKey(curve: Curve, secret: Uint8Array): Uint8Array;
  randomBytes(length: number): Uint8Array;
}

/** @throws CryptoError `bad-length` */
export function expectBlocks(data: Uint8Array): void {
  if (data.length % 16 !== 0) {
    throw new CryptoError('bad-length', `expected a multiple of 16 bytes, got ${data.length}`);
  }
}

/** The Web's getRandomValues gives no more at a time. */
export const MOST_RANDOM_VALUES = 65_536;
