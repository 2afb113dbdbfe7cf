/** RSA keys in their raw form, PKCS#1 (RFC 8017 appendix A.1), and the numbers in it. */

import type { RsaAlgorithm } from '../algorithms.ts';
import { bitLength, inverse, toBigInt } from '../bigint.ts';
import { badKey } from '../error.ts';
import { derElement, derInteger, readIntegers, SEQUENCE } from './der.ts';

/** Anything shorter was broken in public decades ago, and is what tests of refusal use. */
const LEAST_RSA_BITS = 1024;

/** How many bits a modulus must have for an algorithm: PSS with SHA-512 needs a few more (RFC 8017 section 9.1.1). */
export function leastRsaBits({ padding, hash }: RsaAlgorithm): number {
  if (padding !== 'PSS') return LEAST_RSA_BITS;
  return Math.max(LEAST_RSA_BITS, 2 * Number(hash.slice(4)) + 10);
}

/** A public key's numbers: unsigned, big-endian, without leading zeros. */
export interface RsaPublicNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
}

/** A private key's numbers, named as in JWK: unsigned, big-endian, without leading zeros. */
export interface RsaPrivateNumbers extends RsaPublicNumbers {
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly dp: Uint8Array;
  readonly dq: Uint8Array;
  readonly qi: Uint8Array;
}

const PUBLIC = ['n', 'e'] as const;
const PRIVATE = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;

/** DER of an RSAPublicKey. */
export function encodeRsaPublic(numbers: RsaPublicNumbers): Uint8Array {
  return derElement(SEQUENCE, ...PUBLIC.map((name) => derInteger(numbers[name])));
}

/** DER of an RSAPrivateKey with two primes. */
export function encodeRsaPrivate(numbers: RsaPrivateNumbers): Uint8Array {
  const version = derInteger(Uint8Array.of(0));
  return derElement(SEQUENCE, version, ...PRIVATE.map((name) => derInteger(numbers[name])));
}

/** Reads an RSAPublicKey. @throws CryptoError `bad-key` naming the number that is malformed or too small */
export function decodeRsaPublic(der: Uint8Array, leastBits: number = LEAST_RSA_BITS): RsaPublicNumbers {
  const [n, e] = readIntegers(der, PUBLIC, 'RSAPublicKey');
  const numbers = { n: n as Uint8Array, e: e as Uint8Array };
  checkRsaPublic(numbers, leastBits);
  return numbers;
}

/** Reads an RSAPrivateKey. @throws CryptoError `bad-key` naming the number that does not fit the others */
export function decodeRsaPrivate(der: Uint8Array): RsaPrivateNumbers {
  const [version, ...rest] = readIntegers(der, ['version', ...PRIVATE], 'RSAPrivateKey');
  if (toBigInt(version as Uint8Array) !== 0n) throw badKey('version', 'two primes', 'more');
  const numbers = Object.fromEntries(
    PRIVATE.map((name, i) => [name, rest[i]]),
  ) as unknown as RsaPrivateNumbers;
  checkRsaPrivate(numbers);
  return numbers;
}

/** @throws CryptoError `bad-key` for a modulus that is too small, or numbers no RSA key has */
function checkRsaPublic({ n, e }: RsaPublicNumbers, leastBits: number): void {
  const modulus = toBigInt(n);
  const bits = bitLength(modulus);
  if (bits < leastBits) throw badKey('n', `a modulus of at least ${leastBits} bits`, `${bits} bits`);
  if (modulus % 2n === 0n) throw badKey('n', 'an odd number', 'an even one');
  const exponent = toBigInt(e);
  if (exponent < 3n || exponent % 2n === 0n || exponent >= modulus)
    throw badKey('e', 'an odd number from 3 to the modulus', String(exponent).slice(0, 20));
}

/** The relations of RFC 8017 section 3.2. @throws CryptoError `bad-key` */
export function checkRsaPrivate(numbers: RsaPrivateNumbers): void {
  checkRsaPublic(numbers, LEAST_RSA_BITS);
  const [n, e, d, p, q, dp, dq, qi] = PRIVATE.map((name) => toBigInt(numbers[name])) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const expect = (holds: boolean, field: string, expected: string): void => {
    if (!holds) throw badKey(field, expected, 'another number');
  };
  expect(p > 1n && q > 1n && p * q === n, 'p', 'n divided by q');
  expect((e * d) % (p - 1n) === 1n && (e * d) % (q - 1n) === 1n, 'd', 'the inverse of e');
  expect(dp === d % (p - 1n), 'dp', 'd modulo p - 1');
  expect(dq === d % (q - 1n), 'dq', 'd modulo q - 1');
  expect(qi === inverse(q, p), 'qi', 'the inverse of q modulo p');
}
