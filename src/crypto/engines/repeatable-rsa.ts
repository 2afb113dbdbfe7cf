/**
 * RSA whose keys follow from the bytes drawn and whose signatures follow from key and message, on node:crypto. Primes are
 * searched upwards from drawn bytes (what OpenSSL does from its own), and the salt of PSS is derived instead of drawn.
 * RSASSA-PKCS1-v1_5 repeats by itself. For tests with a seed: anyone who knows the seed knows the key.
 */
import type { KeyObject } from 'node:crypto';
import { concat } from '../../base/bytes.ts';
import { algorithmOf, knownAlgorithm, type RsaAlgorithm } from '../algorithms.ts';
import { bitLength, fromBigInt, inverse, toBigInt } from '../bigint.ts';
import { CryptoError } from '../error.ts';
import { decodeRsaPublic, encodeRsaPrivate, encodeRsaPublic } from '../formats/rsa.ts';
import type { KeyPair } from '../key-pair.ts';
import { platform } from '../platform/node.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { nodeEngine } from './node.ts';
import { privateKeyOf } from './node-keys.ts';
import type { DrawBytes, Engine } from './types.ts';

const PRIME_BYTES = 128;
const EXPONENT = 65_537n;

/** Primes are one in 710 numbers of this size: a search twenty times as long never happens by chance. */
const MOST_CANDIDATES = 8192;

export const repeatableRsaEngine: Engine = {
  name: 'node',
  supports: (id) => knownAlgorithm(id)?.kty === 'RSA',
  generate: (id, draw) => makeKey(rsaAlgorithm(id), draw),
  sign(key, data) {
    const algorithm = rsaAlgorithm(key.algorithm);
    return algorithm.padding === 'PSS' ? signPss(algorithm, key, data) : nodeEngine.sign(key, data, false);
  },
  verify: (id, publicKey, data, signature) => nodeEngine.verify(id, publicKey, data, signature),
};

function rsaAlgorithm(id: number): RsaAlgorithm {
  const algorithm = algorithmOf(id);
  if (algorithm.kty !== 'RSA')
    throw new CryptoError('unsupported-algorithm', `expected an RSA algorithm, got ${algorithm.name}`);
  return algorithm;
}

/** RFC 8017 section 3.2, with primes of 1024 bits whose two highest bits are set, so that the modulus has 2048. */
function makeKey({ id }: RsaAlgorithm, draw: DrawBytes): KeyPair {
  const p = drawPrime(draw);
  let q = drawPrime(draw);
  for (let i = 0; q === p; i++) {
    if (i === 2) throw new CryptoError('bad-random', 'the same prime was drawn again and again');
    q = drawPrime(draw);
  }
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n)) as bigint;
  const numbers = {
    n: fromBigInt(p * q),
    e: fromBigInt(EXPONENT),
    d: fromBigInt(d),
    p: fromBigInt(p),
    q: fromBigInt(q),
    dp: fromBigInt(d % (p - 1n)),
    dq: fromBigInt(d % (q - 1n)),
    qi: fromBigInt(inverse(q, p) as bigint),
  };
  return { algorithm: id, secret: encodeRsaPrivate(numbers), public: encodeRsaPublic(numbers) };
}

function drawPrime(draw: DrawBytes): bigint {
  const bytes = new Uint8Array(draw(PRIME_BYTES));
  if (bytes.length !== PRIME_BYTES)
    throw new CryptoError('bad-random', `expected ${PRIME_BYTES} bytes, got ${bytes.length}`);
  bytes[0] = (bytes[0] as number) | 0xc0;
  bytes[PRIME_BYTES - 1] = (bytes[PRIME_BYTES - 1] as number) | 1;
  let candidate = toBigInt(bytes);
  for (let i = 0; i < MOST_CANDIDATES; i++, candidate += 2n) {
    if ((candidate - 1n) % EXPONENT !== 0n && nodeCrypto().checkPrimeSync(candidate)) return candidate;
  }
  throw new CryptoError('bad-random', `no prime among ${MOST_CANDIDATES} numbers`);
}

/** RSASSA-PSS-SIGN, RFC 8017 section 8.1.1, as RFC 8230 has it: MGF1 with the same hash, a salt as long as the hash. */
function signPss(algorithm: RsaAlgorithm, key: KeyPair, data: Uint8Array): Uint8Array {
  const modulus = decodeRsaPublic(key.public).n;
  const encoded = encodePss(algorithm, key, data, bitLength(toBigInt(modulus)) - 1);
  // A modulus of 8n + 1 bits is a byte longer than what is encoded.
  const padded = concat(new Uint8Array(modulus.length - encoded.length), encoded);
  const signature = nodeCrypto().privateEncrypt(
    { key: privateKeyOf(algorithm, key).key as KeyObject, padding: nodeCrypto().constants.RSA_NO_PADDING },
    padded,
  );
  return new Uint8Array(signature);
}

/** EMSA-PSS-ENCODE, RFC 8017 section 9.1.1. */
function encodePss(algorithm: RsaAlgorithm, key: KeyPair, data: Uint8Array, bits: number): Uint8Array {
  const hash = (...parts: readonly Uint8Array[]): Uint8Array =>
    platform.hash(algorithm.hash, concat(...parts));
  const digest = hash(data);
  const salt = saltOf(algorithm, key, digest);
  const h = hash(new Uint8Array(8), digest, salt);
  const length = Math.ceil(bits / 8);
  const block = new Uint8Array(length - h.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const mask = mgf1(hash, h, block.length);
  for (let i = 0; i < block.length; i++) block[i] = (block[i] as number) ^ (mask[i] as number);
  block[0] = (block[0] as number) & (0xff >> (8 * length - bits));
  return concat(block, h, Uint8Array.of(0xbc));
}

/** A salt that cannot be guessed without the key, and is the same each time. */
function saltOf(algorithm: RsaAlgorithm, key: KeyPair, digest: Uint8Array): Uint8Array {
  return platform.hkdfSha256(
    key.secret,
    digest,
    new TextEncoder().encode(`${algorithm.name} salt`),
    digest.length,
  );
}

/** RFC 8017 appendix B.2.1. */
function mgf1(hash: (...parts: Uint8Array[]) => Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  let made = 0;
  for (let counter = 0; made < length; counter++) {
    const block = hash(seed, Uint8Array.of(0, 0, counter >> 8, counter));
    blocks.push(block);
    made += block.length;
  }
  return concat(...blocks).subarray(0, length);
}
