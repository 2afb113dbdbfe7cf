/** A private key in as few bytes as it can be rebuilt from. */
import { platform } from '#platform';
import { concat } from '../base/bytes.ts';
import type { SignatureAlgorithm } from './algorithms.ts';
import { fromBigInt, inverse, toBigInt } from './bigint.ts';
import { badKey } from './error.ts';
import { decodeRsaPrivate, encodeRsaPrivate, encodeRsaPublic } from './formats/rsa.ts';
import type { KeyPair } from './key-pair.ts';

/** The public exponent that every key made here has. */
const EXPONENT = 65_537n;

/** Of an RSA key the two primes, one behind the other; every other private key is as short as it gets. */
export function compactSecret(algorithm: SignatureAlgorithm, secret: Uint8Array): Uint8Array {
  if (algorithm.kty !== 'RSA') return secret;
  const { e, p, q } = decodeRsaPrivate(secret);
  if (toBigInt(e) !== EXPONENT || p.length !== q.length) {
    throw badKey('secret', 'two primes of one length and the exponent 65537', 'another RSA key');
  }
  return concat(p, q);
}

/**
 * A key pair that signs again. ML-DSA's has no public key: signing does not look at it, and making it would load more code
 * than everything else here.
 *
 * @throws CryptoError `bad-key`
 */
export function signingKeyOf(algorithm: SignatureAlgorithm, compact: Uint8Array): KeyPair {
  const { id } = algorithm;
  switch (algorithm.kty) {
    case 'RSA':
      return { algorithm: id, ...rsaOfPrimes(compact) };
    case 'AKP':
      return { algorithm: id, secret: compact, public: new Uint8Array() };
    default:
      return { algorithm: id, secret: compact, public: platform.publicKey(algorithm.curve, compact) };
  }
}

function rsaOfPrimes(primes: Uint8Array): Omit<KeyPair, 'algorithm'> {
  const half = primes.length / 2;
  return fromPrimes(primes.subarray(0, half), primes.subarray(half));
}

/** An RSA key of two primes, with the exponent 65537. @throws CryptoError `bad-key` for numbers that are none */
export function fromPrimes(first: Uint8Array, second: Uint8Array): Omit<KeyPair, 'algorithm'> {
  const [p, q] = [toBigInt(first), toBigInt(second)];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const qi = inverse(q, p);
  if (d === undefined || qi === undefined) throw badKey('secret', 'two primes', 'other numbers');
  const bytes = (value: bigint): Uint8Array => fromBigInt(value);
  const numbers = {
    n: bytes(p * q),
    e: bytes(EXPONENT),
    d: bytes(d),
    p: bytes(p),
    q: bytes(q),
    dp: bytes(d % (p - 1n)),
    dq: bytes(d % (q - 1n)),
    qi: bytes(qi),
  };
  return { secret: encodeRsaPrivate(numbers), public: encodeRsaPublic(numbers) };
}
