import type { KeyPair } from '../key-pair.ts';

/** Draws random bytes for one key. */
export type DrawBytes = (length: number) => Uint8Array;

/** Makes keys and signatures. The same drawn bytes give the same key in every engine. */
export interface Engine {
  readonly name: 'node' | 'noble';
  /** @throws CryptoError `unsupported-algorithm` */
  generate(algorithm: number, draw: DrawBytes): KeyPair | Promise<KeyPair>;
  /**
   * Signs; ECDSA signatures are DER (ASN.1).
   *
   * @param crowded others wait for signatures as well: this one may take a little longer if all together are faster
   */
  sign(key: KeyPair, data: Uint8Array, crowded?: boolean): Uint8Array | Promise<Uint8Array>;
  /** Whether a signature verifies; a malformed one does not. */
  verify(
    algorithm: number,
    publicKey: Uint8Array,
    data: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean>;
}
