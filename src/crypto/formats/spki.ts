/**
 * Public keys as DER SubjectPublicKeyInfo (RFC 5280, RFC 5480, RFC 8410). For keys of fixed length all but the key is a
 * constant per algorithm, which is why no ASN.1 library is loaded here: every registration needs this.
 */
import { concat, equal, fromHex } from '../../codec/bytes.ts';
import type { CborMap } from '../../codec/cbor.ts';
import { algorithmOf, type SignatureAlgorithm } from '../algorithms.ts';
import { CryptoError } from '../error.ts';
import { fromCose } from './cose.ts';

/** Everything before the key itself; for elliptic curves the 04 of an uncompressed point included. */
const PREFIXES: Readonly<Record<SignatureAlgorithm['curve'], Uint8Array>> = {
  'P-256': fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004'),
  Ed25519: fromHex('302a300506032b6570032100'),
};

/** A public key as DER SubjectPublicKeyInfo. */
export function toSpki(id: number, publicKey: Uint8Array): Uint8Array {
  return concat(PREFIXES[algorithmOf(id).curve], publicKey);
}

/**
 * Reads DER SubjectPublicKeyInfo.
 *
 * @param id the COSE algorithm it is expected to be for
 * @returns the raw public key
 * @throws CryptoError `bad-key` for another kind of key, or another length
 */
export function fromSpki(id: number, der: Uint8Array): Uint8Array {
  const algorithm = algorithmOf(id);
  const prefix = PREFIXES[algorithm.curve];
  const length = algorithm.kty === 'EC2' ? 2 * algorithm.size : algorithm.size;
  if (der.length !== prefix.length + length || !equal(der.subarray(0, prefix.length), prefix)) {
    throw new CryptoError('bad-key', `expected the SubjectPublicKeyInfo of a ${algorithm.curve} key`, {
      field: 'algorithm',
    });
  }
  return der.slice(prefix.length);
}

/** The SubjectPublicKeyInfo of a COSE_Key; undefined for a key that is not known here. */
export function spkiOfCose(key: CborMap): Uint8Array | undefined {
  try {
    const { algorithm, public: publicKey } = fromCose(key);
    return toSpki(algorithm, publicKey);
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}
