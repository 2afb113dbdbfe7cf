import type { KeyPair } from '../key-pair.ts';

/** Draws random bytes for one key. */
export type DrawBytes = (length: number) => Uint8Array;

/** Makes keys and signatures. The same drawn bytes give the same key in every engine. */
export interface Engine {
  readonly name: 'node' | 'noble';
  /** Whether it has the algorithm with this COSE number. */
  supports(algorithm: number): boolean;
  /**
   * Makes a key pair. RSA keys follow from the drawn bytes only in the deterministic engine; the fast one leaves
   * their primes to OpenSSL.
   *
   * @throws CryptoError `unsupported-algorithm`; `bad-random` when what is drawn never makes a key
   */
  generate(algorithm: number, draw: DrawBytes): KeyPair | Promise<KeyPair>;
  /**
   * Signs; ECDSA signatures are DER (ASN.1).
   *
   * @param data not to be modified before the signature is there
   * @param crowded whether others wait for signatures as well: then this one may take a little longer if all together
   *   are faster. Left out, the engine looks what else is asked for in the same turn.
   * @throws CryptoError `unsupported-algorithm`
   */
  sign(key: KeyPair, data: Uint8Array, crowded?: boolean): Uint8Array | Promise<Uint8Array>;
  /** Whether a signature verifies; a malformed one, or one under a malformed key, does not. */
  verify(
    algorithm: number,
    publicKey: Uint8Array,
    data: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean>;
  /** A key of chance that was made ahead on another thread; undefined where none is ready. */
  keyAhead?(algorithm: number): KeyPair | undefined;
  /**
   * Makes a key ahead, on another thread, where that takes long: the next `generate` has it, and another one is then made.
   *
   * @returns when it is there, or cannot be made
   */
  prepare?(algorithm: number): Promise<void>;
}
