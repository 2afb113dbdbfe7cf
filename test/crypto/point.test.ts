import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { fromBigInt, inverse, modulo, power, toBigInt } from '../../src/crypto/bigint.ts';
import { isPoint } from '../../src/crypto/point.ts';
import { isScalar } from '../../src/crypto/scalar.ts';
import { drawFrom } from './keys-for-tests.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe.each([
  ['P-256', p256],
  ['P-384', p384],
  ['P-521', p521],
  ['secp256k1', secp256k1],
] as const)('%s', (name, curve) => {
  const { ORDER: n, BYTES: size } = curve.Point.Fn;

  it('has the scalars that are between zero and its order', () => {
    const isOne = (value: bigint): boolean => isScalar(name, fromBigInt(value, size));
    expect([0n, 1n, n - 1n, n, n + 1n].map(isOne)).toEqual([false, true, true, false, false]);
    expect(isScalar(name, fromBigInt(1n, size - 1))).toBe(false);
  });

  it('has the points noble makes, and none with another y', () => {
    const draw = drawFrom(name);
    for (let i = 0; i < 5; i++) {
      const point = curve
        .getPublicKey(curve.utils.randomSecretKey(draw(curve.lengths.seed as number)), false)
        .slice(1);
      expect(isPoint(name, point)).toBe(true);
      point[point.length - 1] = (point.at(-1) as number) ^ 2;
      expect(isPoint(name, point)).toBe(false);
    }
  });

  it('has no point at infinity, and no coordinate that is not reduced', () => {
    expect(isPoint(name, new Uint8Array(2 * size))).toBe(false);
    const { x, y } = curve.Point.BASE.toAffine();
    const p = curve.Point.Fp.ORDER;
    expect(isPoint(name, concat(fromBigInt(x, size), fromBigInt(y, size)))).toBe(true);
    if (y + p < 1n << BigInt(8 * size))
      expect(isPoint(name, concat(fromBigInt(x, size), fromBigInt(y + p, size)))).toBe(false);
  });

  it('has no point whose x is spelled in a second way, as x + p', () => {
    const { Fp } = curve.Point;
    let small = 0;
    for (let x = 0n; small < 3; x++) {
      const encoded = concat(Uint8Array.of(2), fromBigInt(x, size));
      if (!curve.utils.isValidPublicKey(encoded, true)) continue;
      small++;
      const { y } = curve.Point.fromBytes(encoded).toAffine();
      expect(isPoint(name, concat(fromBigInt(x, size), fromBigInt(y, size)))).toBe(true);
      expect(isPoint(name, concat(fromBigInt(x + Fp.ORDER, size), fromBigInt(y, size)))).toBe(false);
    }
  });
});

describe.each([
  ['Ed25519', ed25519, 32],
  ['Ed448', ed448, 57],
] as const)('%s', (name, curve, size) => {
  it('has exactly the points noble has', () => {
    const isTheirs = (encoded: Uint8Array): boolean => {
      try {
        curve.Point.fromBytes(encoded, false);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(bytes(size), (encoded) => {
        // The last byte of Ed448 is the sign and nothing else.
        if (size === 57) encoded[56] = (encoded[56] as number) & 0x80;
        expect(isPoint(name, encoded)).toBe(isTheirs(encoded));
      }),
      { numRuns: 50 },
    );
    for (const first of [0, 1, 2, 3, 4, 5]) {
      for (const last of [0, 0x80]) {
        const encoded = new Uint8Array(size);
        encoded[0] = first;
        encoded[size - 1] = last;
        expect(isPoint(name, encoded)).toBe(isTheirs(encoded));
      }
    }
    // y = p - 1 is a point, y = p and y = p + 1 are 0 and 1 in a second spelling.
    const spelled = (y: bigint): Uint8Array => fromBigInt(y, size).reverse();
    const p = curve.Point.Fp.ORDER;
    expect([p - 1n, p, p + 1n].map((y) => isPoint(name, spelled(y)))).toEqual([true, false, false]);
    expect([p - 1n, p, p + 1n].map((y) => isTheirs(spelled(y)))).toEqual([true, false, false]);
  });
});

describe('integers', () => {
  it('come back from bytes as they went in', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 600n }), (value) => {
        expect(toBigInt(fromBigInt(value))).toBe(value);
        expect(fromBigInt(value, 80)).toHaveLength(80);
        expect(toBigInt(fromBigInt(value, 80))).toBe(value);
      }),
    );
    expect(toBigInt(new Uint8Array())).toBe(0n);
  });

  it('have an inverse where they have no common divisor with the modulus', () => {
    expect(inverse(6n, 9n)).toBeUndefined();
    expect(inverse(0n, 9n)).toBeUndefined();
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }), (value) => {
        const p = 2n ** 255n - 19n;
        fc.pre(value !== 0n);
        expect(modulo(value * (inverse(value, p) as bigint), p)).toBe(1n);
        expect(power(value, p - 2n, p)).toBe(inverse(value, p));
      }),
    );
  });
});
