/** Symmetric cryptography for what a device keeps to itself: keys derived from a secret, and values sealed under them. */
import { platform } from '#platform';
import { utf8 } from '../base/bytes.ts';

/** HKDF-SHA-256 with a salt of 32 zero bytes, as CTAP uses it. @param length of the key in bytes, at most 8160 */
export function deriveKey(secret: Uint8Array, info: string, length: number): Uint8Array {
  return platform.hkdfSha256(secret, new Uint8Array(32), utf8(info), length);
}

/** AES-CBC without padding. @param key 16 or 32 bytes @param iv 16 bytes @param data a multiple of 16 bytes */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return platform.aesCbcEncrypt(key, iv, data);
}

/** AES-256-GCM: the ciphertext, then 16 bytes of tag. @param key 32 bytes @param nonce 12 bytes */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  data: Uint8Array,
  additional: Uint8Array,
): Uint8Array {
  return platform.aesGcmSeal(key, nonce, data, additional);
}

/** What {@link seal} sealed. @throws CryptoError `decryption-failed` when anything of it was changed */
export function unseal(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additional: Uint8Array,
): Uint8Array {
  return platform.aesGcmOpen(key, nonce, sealed, additional);
}
