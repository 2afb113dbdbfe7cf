import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, hex } from '../../src/base/bytes.ts';
import { platform as node } from '../../src/crypto/platform/node.ts';
import { platform as portable } from '../../src/crypto/platform/portable.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const data = fc.uint8Array({ maxLength: 200 });
const blocks = fc.integer({ min: 0, max: 8 }).chain((count) => bytes(16 * count));

describe('the portable primitives and node’s', () => {
  it('hash alike', () => {
    fc.assert(
      fc.property(data, fc.constantFrom('SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'), (message, name) => {
        expect(hex(portable.hash(name, message))).toBe(hex(node.hash(name, message)));
      }),
    );
  });

  it('authenticate and derive alike', () => {
    fc.assert(
      fc.property(bytes(32), data, (key, message) => {
        expect(hex(portable.hmacSha256(key, message))).toBe(hex(node.hmacSha256(key, message)));
        expect(hex(portable.hkdfSha256(key, message, message, 64))).toBe(
          hex(node.hkdfSha256(key, message, message, 64)),
        );
      }),
    );
  });

  it('encrypt alike, and read each other', () => {
    fc.assert(
      fc.property(bytes(32), bytes(16), blocks, data, (key, iv, plaintext, additional) => {
        const cbc = node.aesCbcEncrypt(key, iv, plaintext);
        expect(hex(portable.aesCbcEncrypt(key, iv, plaintext))).toBe(hex(cbc));
        expect(hex(portable.aesCbcDecrypt(key, iv, cbc))).toBe(hex(node.aesCbcDecrypt(key, iv, cbc)));
        const nonce = iv.subarray(0, 12);
        const sealed = node.aesGcmSeal(key, nonce, plaintext, additional);
        expect(hex(portable.aesGcmSeal(key, nonce, plaintext, additional))).toBe(hex(sealed));
        for (const platform of [node, portable]) {
          expect(hex(platform.aesGcmOpen(key, nonce, sealed, additional))).toBe(hex(plaintext));
          sealed[0] = (sealed[0] as number) ^ 1;
          expect(() => platform.aesGcmOpen(key, nonce, sealed, additional)).toThrow(/tag/);
          sealed[0] = (sealed[0] as number) ^ 1;
          expect(() => platform.aesGcmOpen(key, nonce, sealed.subarray(0, 9), additional)).toThrow();
        }
      }),
      { numRuns: 50 },
    );
  });

  it('agree on keys, and refuse a point off the curve', () => {
    const n = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    fc.assert(
      fc.property(bytes(31), bytes(31), (left, right) => {
        const [a, b] = [concat(fromHex('01'), left), concat(fromHex('02'), right)];
        const publicB = node.p256PublicKey(b);
        expect(hex(portable.p256PublicKey(b))).toBe(hex(publicB));
        const shared = node.ecdhP256(a, publicB);
        expect(hex(portable.ecdhP256(b, node.p256PublicKey(a)))).toBe(hex(shared));
        publicB[63] = (publicB[63] as number) ^ 1;
        for (const platform of [node, portable]) {
          expect(() => platform.ecdhP256(a, publicB)).toThrow(/P-256/);
          expect(() => platform.p256PublicKey(n)).toThrow(/scalar/);
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each(['P-256', 'P-384', 'P-521', 'secp256k1', 'Ed25519', 'Ed448'] as const)(
    'derive the same public keys on %s, and refuse what is no private key',
    (curve) => {
      const size = { 'P-256': 32, 'P-384': 48, 'P-521': 66, secp256k1: 32, Ed25519: 32, Ed448: 57 }[curve];
      fc.assert(
        fc.property(bytes(size - 2), (right) => {
          const secret = concat(fromHex('0001'), right);
          expect(hex(portable.publicKey(curve, secret))).toBe(hex(node.publicKey(curve, secret)));
        }),
        { numRuns: 5 },
      );
      for (const platform of [node, portable]) {
        const refusal = expect.objectContaining({ code: 'bad-key', field: 'secret' });
        expect(() => platform.publicKey(curve, new Uint8Array(size + 1).fill(1))).toThrow(refusal);
        expect(() => platform.publicKey(curve, new Uint8Array())).toThrow(refusal);
        if (!curve.startsWith('Ed')) {
          expect(() => platform.publicKey(curve, new Uint8Array(size))).toThrow(refusal);
          expect(() => platform.publicKey(curve, new Uint8Array(size).fill(0xff))).toThrow(refusal);
        }
      }
    },
  );

  it('refuse to encrypt what is not whole blocks', () => {
    for (const platform of [node, portable]) {
      for (const length of [1, 15, 17]) {
        const refusal = expect.objectContaining({ code: 'bad-length' });
        const [key, iv, data] = [new Uint8Array(32), new Uint8Array(16), new Uint8Array(length)];
        expect(() => platform.aesCbcEncrypt(key, iv, data)).toThrow(refusal);
        expect(() => platform.aesCbcDecrypt(key, iv, data)).toThrow(refusal);
      }
    }
  });

  it('derive as RFC 5869 A.1 says', () => {
    const [ikm, salt, info] = ['0b'.repeat(22), '000102030405060708090a0b0c', 'f0f1f2f3f4f5f6f7f8f9'].map(
      fromHex,
    );
    for (const { hkdfSha256 } of [node, portable]) {
      expect(hex(hkdfSha256(ikm as Uint8Array, salt as Uint8Array, info as Uint8Array, 42))).toBe(
        '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
      );
    }
  });

  it('draw bytes of the length asked for, never the same', () => {
    for (const { randomBytes } of [node, portable]) {
      expect(randomBytes(32)).toHaveLength(32);
      expect(hex(randomBytes(32))).not.toBe(hex(randomBytes(32)));
      // The Web's getRandomValues gives 65,536 at most.
      const many = randomBytes(200_000);
      expect(many).toHaveLength(200_000);
      expect(new Set(many.subarray(-1000)).size).toBeGreaterThan(200);
    }
  });
});
