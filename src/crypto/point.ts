/**
 * Whether a public key from outside is a point of its curve: SEC 1 section 3.2.2.1 for the Weierstrass curves, RFC 8032
 * sections 5.1.3 and 5.2.3 for the Edwards curves. Engines check too when they use a key, but not all of them, and
 * not with an error that says what is wrong.
 */
import { once } from '../base/once.ts';
import type { Curve, EcCurve, OkpCurve } from './algorithms.ts';
import { inverse, modulo, power, toBigInt } from './bigint.ts';

/** y² = x³ + ax + b over the field of p. */
interface Weierstrass {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
}

const weierstrass = once<Readonly<Record<EcCurve, Weierstrass>>>(() => ({
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    a: -3n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    a: -3n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  'P-521': {
    p: 2n ** 521n - 1n,
    a: -3n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
  secp256k1: { p: 2n ** 256n - 2n ** 32n - 977n, a: 0n, b: 7n },
}));

/** ax² + y² = 1 + dx²y² over the field of p. */
interface Edwards {
  readonly p: bigint;
  readonly a: bigint;
  readonly d: bigint;
}

const P25519 = 2n ** 255n - 19n;
const edwards = once<Readonly<Record<OkpCurve, Edwards>>>(() => ({
  Ed25519: { p: P25519, a: -1n, d: -121665n * (inverse(121666n, P25519) as bigint) },
  Ed448: { p: 2n ** 448n - 2n ** 224n - 1n, a: 1n, d: -39081n },
}));

/** Whether the bytes (x and y; for Ed25519 and Ed448 the encoded key) are a point of the curve. The length is taken as right. */
export function isPoint(curve: Curve, publicKey: Uint8Array): boolean {
  return curve === 'Ed25519' || curve === 'Ed448'
    ? isEdwardsPoint(edwards()[curve], publicKey)
    : isWeierstrassPoint(weierstrass()[curve], publicKey);
}

function isWeierstrassPoint({ p, a, b }: Weierstrass, xy: Uint8Array): boolean {
  const half = xy.length / 2;
  const x = toBigInt(xy.subarray(0, half));
  const y = toBigInt(xy.subarray(half));
  return x < p && y < p && (y * y - (x * x + a) * x - b) % p === 0n;
}

/** The encoding is y, little-endian, with the lowest bit of x as the highest bit of the last byte. */
function isEdwardsPoint({ p, a, d }: Edwards, encoded: Uint8Array): boolean {
  const bytes = new Uint8Array(encoded).reverse();
  const sign = (bytes[0] as number) >> 7;
  bytes[0] = (bytes[0] as number) & 0x7f;
  const y = toBigInt(bytes);
  if (y >= p) return false;
  // x² = (1 - y²) / (a - dy²): there is an x if the product of the two is a square (Euler's criterion) or zero.
  const product = modulo((1n - y * y) * (a - d * y * y), p);
  if (product === 0n) return sign === 0;
  return power(product, (p - 1n) / 2n, p) === 1n;
}
