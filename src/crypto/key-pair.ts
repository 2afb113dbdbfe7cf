/** A key pair in the raw form its algorithm's specification gives it. */
export interface KeyPair {
  /** COSE algorithm number. */
  readonly algorithm: number;
  /**
   * EC: the scalar, big-endian, as long as the curve's order. Ed25519, Ed448: the 32- or 57-byte seed. ML-DSA: the 32-byte
   * seed. RSA: DER of a PKCS#1 RSAPrivateKey.
   */
  readonly secret: Uint8Array;
  /** EC: x and y, as long as the curve's field each. Ed25519, Ed448, ML-DSA: the encoded key. RSA: DER of a PKCS#1 RSAPublicKey. */
  readonly public: Uint8Array;
}
