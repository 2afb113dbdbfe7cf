/** The synchronous primitives the house needs, from whatever the runtime has. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface Platform {
  hash(name: HashName, data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** AES-CBC without padding; the data is a multiple of 16 bytes. */
  aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** AES-CBC without padding; the data is a multiple of 16 bytes. */
  aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** AES-256-GCM: ciphertext, then the 16-byte tag. The nonce is 12 bytes. */
  aesGcmSeal(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, additional: Uint8Array): Uint8Array;
  /** The reverse. @throws CryptoError `decryption-failed` when the tag does not fit */
  aesGcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, additional: Uint8Array): Uint8Array;
  /** x-coordinate of the shared point, 32 bytes. @throws CryptoError `invalid-public-key` off the curve */
  ecdhP256(secret: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** x and y of the scalar's public point, 64 bytes. @throws CryptoError `bad-key` unless 0 < secret < n */
  p256PublicKey(secret: Uint8Array): Uint8Array;
  /** The public key of a 32-byte seed, 32 bytes. */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  randomBytes(length: number): Uint8Array;
}
