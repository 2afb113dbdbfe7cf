/** A private key in the form that the caller has: PEM, PKCS#8, JWK, or raw. */
import { isBytes } from '../base/bytes.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { CryptoError } from '../crypto/error.ts';
import type { Jwk } from '../crypto/formats/jwk.ts';
import type { KeyPair } from '../crypto/key-pair.ts';

/** PEM of a PRIVATE KEY (PKCS#8), EC PRIVATE KEY or RSA PRIVATE KEY, DER of PKCS#8, a private JWK, or a raw pair. */
export type PrivateKey = string | Uint8Array | Jwk | KeyPair;

/**
 * Reads a private key, and checks everything about it that can be checked.
 *
 * @param algorithm COSE number. Default: that of the JWK or the pair, or the first algorithm for its kind of key
 * @throws StuntkeyError `bad-key` that names the field, with the CryptoError as its cause
 */
export async function readPrivateKey(key: PrivateKey, algorithm?: number): Promise<KeyPair> {
  try {
    return await read(key, algorithm);
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new StuntkeyError('bad-key', `privateKey: ${cause.message}`, { cause });
  }
}

async function read(key: PrivateKey, algorithm: number | undefined): Promise<KeyPair> {
  const { fromAnyPkcs8, fromPkcs8 } = await import('../crypto/formats/pkcs8.ts');
  if (typeof key === 'string' || isBytes(key)) {
    const { pkcs8FromPem } = await import('../crypto/formats/private-pem.ts');
    const der = typeof key === 'string' ? pkcs8FromPem(key) : key;
    return algorithm === undefined ? fromAnyPkcs8(der) : fromPkcs8(algorithm, der);
  }
  const { algorithmOfJwk, fromJwk } = await import('../crypto/formats/jwk.ts');
  if ('kty' in key) return fromJwk(algorithm ?? algorithmOfJwk(key), key);
  // Through PKCS#8 and back: what comes out was checked as any key from outside.
  const { toPkcs8 } = await import('../crypto/formats/pkcs8.ts');
  return fromPkcs8(algorithm ?? key.algorithm, toPkcs8(key));
}
