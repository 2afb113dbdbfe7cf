/** Drawing a private key, scalars by rejection: the same bytes give the same key in every engine. */
import { fromHex } from '../base/bytes.ts';
import { once } from '../base/once.ts';
import type { AkpAlgorithm, EcAlgorithm, EcCurve, OkpAlgorithm } from './algorithms.ts';
import type { DrawBytes } from './engines/types.ts';
import { CryptoError } from './error.ts';

/** Group orders, SEC 2 and FIPS 186-5. */
const orders = once<Readonly<Record<EcCurve, Uint8Array>>>(() => ({
  'P-256': fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  'P-384': fromHex(
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
  'P-521': fromHex(
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ),
  secp256k1: fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'),
}));

/** The order of a curve's group, big-endian, as long as its scalars. */
export function orderOf(curve: EcCurve): Uint8Array {
  return orders()[curve];
}

/** A good source needs a second draw once in 2^32 keys, or once in 2^128. */
const MOST_DRAWS = 64;

/** Whether 0 < scalar < n. */
export function isScalar(curve: EcCurve, scalar: Uint8Array): boolean {
  const order = orders()[curve];
  if (scalar.length !== order.length) return false;
  let isZero = true;
  for (const byte of scalar) {
    if (byte !== 0) {
      isZero = false;
      break;
    }
  }
  if (isZero) return false;
  for (let i = 0; i < order.length; i++) {
    const difference = (scalar[i] as number) - (order[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/**
 * A random scalar of the curve, big-endian.
 *
 * @throws CryptoError `bad-random` when what is drawn never is one
 */
export function drawScalar({ curve, size }: EcAlgorithm, draw: DrawBytes): Uint8Array {
  for (let i = 0; i < MOST_DRAWS; i++) {
    const drawn = draw(size);
    const scalar = curve === 'P-521' ? trimmed(drawn) : drawn;
    if (isScalar(curve, scalar)) return scalar;
  }
  throw new CryptoError('bad-random', `${MOST_DRAWS} times no scalar of ${curve} was drawn`, {
    expected: `${size} random bytes`,
  });
}

/**
 * A random private key: a scalar, or a seed.
 *
 * @throws CryptoError `bad-random` when what is drawn never is one
 */
export function drawSecret(
  algorithm: EcAlgorithm | OkpAlgorithm | AkpAlgorithm,
  draw: DrawBytes,
): Uint8Array {
  if (algorithm.kty === 'EC2') return drawScalar(algorithm, draw);
  const seed = draw(algorithm.size);
  if (seed.length !== algorithm.size) {
    throw new CryptoError('bad-random', `expected ${algorithm.size} bytes, got ${seed.length}`);
  }
  return seed;
}

/** 521 of 528 bits, as FIPS 186-5 A.2.2 has it: with all of them only one draw in 128 would do. */
function trimmed(drawn: Uint8Array): Uint8Array {
  const scalar = new Uint8Array(drawn);
  scalar[0] = (scalar[0] ?? 0) & 1;
  return scalar;
}
