/**
 * Public keys as DER SubjectPublicKeyInfo (RFC 5280, RFC 5480, RFC 8410, RFC 3279, RFC 9881). For keys of fixed length all but
 * the key is a constant per algorithm, which is why no ASN.1 library is loaded here: every registration needs this.
 */
import { concat, equal, fromHex } from '../../base/bytes.ts';
import { once } from '../../base/once.ts';
import type { CborMap } from '../../cbor/cbor.ts';
import { algorithmOf, findAlgorithm, type SignatureAlgorithm } from '../algorithms.ts';
import { badKey, CryptoError } from '../error.ts';
import { type PublicKey, readCose } from './cose.ts';
import { BIT_STRING, derElement, readElement, SEQUENCE } from './der.ts';
import { checkPublicKey } from './public-key.ts';

/** Everything before the key itself; for elliptic curves the 04 of an uncompressed point included. */
const prefixes = once<Readonly<Record<string, Uint8Array>>>(() => ({
  'P-256': fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004'),
  'P-384': fromHex('3076301006072a8648ce3d020106052b8104002203620004'),
  'P-521': fromHex('30819b301006072a8648ce3d020106052b810400230381860004'),
  secp256k1: fromHex('3056301006072a8648ce3d020106052b8104000a03420004'),
  Ed25519: fromHex('302a300506032b6570032100'),
  Ed448: fromHex('3043300506032b6571033a00'),
  'ML-DSA-44': fromHex('30820532300b06096086480165030403110382052100'),
  'ML-DSA-65': fromHex('308207b2300b0609608648016503040312038207a100'),
  'ML-DSA-87': fromHex('30820a32300b060960864801650304031303820a2100'),
}));

/** AlgorithmIdentifier of rsaEncryption, its parameters NULL. PSS keys have it too: the algorithm decides their padding. */
const RSA_ENCRYPTION: Uint8Array = fromHex('300d06092a864886f70d0101010500');

/** A BIT STRING begins with how many bits of its last byte are unused. */
const NO_UNUSED_BITS: Uint8Array = Uint8Array.of(0);

function prefixOf(algorithm: Exclude<SignatureAlgorithm, { kty: 'RSA' }>): Uint8Array {
  return prefixes()[algorithm.kty === 'AKP' ? algorithm.name : algorithm.curve] as Uint8Array;
}

/**
 * A public key as DER SubjectPublicKeyInfo.
 *
 * @throws CryptoError `unsupported-algorithm`
 *
 * @example
 * toSpki(-7, key.public); // 91 bytes
 */
export function toSpki(id: number, publicKey: Uint8Array): Uint8Array {
  const algorithm = algorithmOf(id);
  return algorithm.kty === 'RSA'
    ? derElement(SEQUENCE, RSA_ENCRYPTION, derElement(BIT_STRING, NO_UNUSED_BITS, publicKey))
    : concat(prefixOf(algorithm), publicKey);
}

/**
 * Reads DER SubjectPublicKeyInfo.
 *
 * @param id the COSE algorithm it is expected to be for
 * @returns the raw public key
 * @throws CryptoError `bad-key` for another kind of key, or another length; `invalid-public-key` off the curve
 */
export function fromSpki(id: number, der: Uint8Array): Uint8Array {
  const algorithm = algorithmOf(id);
  const publicKey = algorithm.kty === 'RSA' ? readRsa(der) : readFixed(algorithm, der);
  checkPublicKey(algorithm, publicKey);
  return publicKey;
}

/**
 * Reads DER SubjectPublicKeyInfo of any kind.
 *
 * @returns the raw public key, and the first algorithm it can be for (ES256 for P-256, RS256 for RSA)
 * @throws CryptoError `unsupported-format` for an unknown kind of key; otherwise as {@link fromSpki}
 */
export function fromAnySpki(der: Uint8Array): PublicKey {
  const algorithm = findAlgorithm((candidate) =>
    candidate.kty === 'RSA' ? isRsa(der) : startsWith(der, prefixOf(candidate)),
  );
  if (algorithm === undefined)
    throw new CryptoError('unsupported-format', 'expected the SubjectPublicKeyInfo of a known algorithm');
  return { algorithm: algorithm.id, public: fromSpki(algorithm.id, der) };
}

/** The SubjectPublicKeyInfo of a COSE_Key; undefined for a key that is not known here. */
export function spkiOfCose(key: CborMap): Uint8Array | undefined {
  try {
    const { algorithm, public: publicKey } = readCose(key);
    return toSpki(algorithm, publicKey);
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equal(bytes.subarray(0, prefix.length), prefix);
}

function readFixed(algorithm: Exclude<SignatureAlgorithm, { kty: 'RSA' }>, der: Uint8Array): Uint8Array {
  const prefix = prefixOf(algorithm);
  if (!startsWith(der, prefix)) {
    throw badKey('algorithm', `the SubjectPublicKeyInfo of ${algorithm.name}`, 'another one');
  }
  if (der.length !== prefix.length + algorithm.publicSize) {
    throw badKey('publicKey', `${algorithm.publicSize} bytes`, `${der.length - prefix.length}`);
  }
  return der.slice(prefix.length);
}

function isRsa(der: Uint8Array): boolean {
  try {
    return startsWith(readElement(der, SEQUENCE, 'SubjectPublicKeyInfo').content, RSA_ENCRYPTION);
  } catch {
    return false;
  }
}

function readRsa(der: Uint8Array): Uint8Array {
  const { content, rest } = readElement(der, SEQUENCE, 'SubjectPublicKeyInfo');
  if (rest.length > 0) throw badKey('SubjectPublicKeyInfo', 'the end', `${rest.length} more bytes`);
  if (!startsWith(content, RSA_ENCRYPTION)) throw badKey('algorithm', 'rsaEncryption', 'another one');
  const key = readElement(content.subarray(RSA_ENCRYPTION.length), BIT_STRING, 'subjectPublicKey');
  if (key.rest.length > 0) throw badKey('SubjectPublicKeyInfo', 'two parts', 'more');
  if (key.content[0] !== 0) throw badKey('subjectPublicKey', 'whole bytes', 'unused bits');
  return key.content.slice(1);
}
