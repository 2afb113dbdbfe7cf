import { describe, expect, it } from 'vitest';
import { concat, fromHex, hex } from '../../src/base/bytes.ts';
import { algorithmOf } from '../../src/crypto/algorithms.ts';
import { fromBigInt } from '../../src/crypto/bigint.ts';
import { derElement, derInteger, readElement, readIntegers, SEQUENCE } from '../../src/crypto/formats/der.ts';
import { fromAnyPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { checkPublicKey, sharesKeys } from '../../src/crypto/formats/public-key.ts';
import { decodeRsaPublic, leastRsaBits } from '../../src/crypto/formats/rsa.ts';
import { fromSpki, toSpki } from '../../src/crypto/formats/spki.ts';
import { everyAlgorithm, keyFor } from './keys-for-tests.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

describe('an element of DER', () => {
  it.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000])(
    'comes back with %i bytes of content',
    (length) => {
      const { content, rest } = readElement(
        concat(derElement(SEQUENCE, bytes(length)), bytes(3)),
        SEQUENCE,
        'x',
      );
      expect([content.length, rest.length]).toEqual([length, 3]);
    },
  );

  it.each([
    ['nothing', '', 'x: expected DER with tag 0x30, got the end'],
    ['another tag', '0200', 'x: expected DER with tag 0x30, got tag 0x02'],
    ['no length', '30', 'got a malformed length'],
    ['an indefinite length', '30800000', 'got a malformed length'],
    ['a length of four octets', `3084${'00'.repeat(3)}01ff`, 'got a malformed length'],
    ['a length that is cut off', '308201', 'got a malformed length'],
    ['a length of which nothing is there', '3081', 'got a malformed length'],
    [
      'two octets for what takes one',
      `3081${'7f'}${'00'.repeat(127)}`,
      'got a length that is not the shortest',
    ],
    ['a zero before the length', `308200ff${'00'.repeat(255)}`, 'got a length that is not the shortest'],
    ['content that is cut off', '3003ffff', 'got 2 of 3 bytes'],
    ['long content that is cut off', `308180${'00'.repeat(127)}`, 'got 127 of 128 bytes'],
  ])('is refused with %s', (_, der, message) => {
    expect(() => readElement(fromHex(der), SEQUENCE, 'x')).toThrow(message);
  });
});

describe('an INTEGER of DER', () => {
  const read = (integer: string): string => {
    const [value = bytes(0)] = readIntegers(derElement(SEQUENCE, fromHex(integer)), ['n'], 'x');
    return hex(value);
  };

  it('is unsigned, and its zero for the sign is left out', () => {
    expect(['020100', '02017f', '02020080', '020200ff'].map(read)).toEqual(['00', '7f', '80', 'ff']);
    expect(hex(derInteger(fromHex('000080')))).toBe('02020080');
    expect(hex(derInteger(fromHex('0000')))).toBe('020100');
  });

  it.each([
    ['0200', 'n: expected a number, got no bytes'],
    ['020180', 'n: expected a number that is not negative'],
    ['02020000', 'n: expected the shortest form'],
    ['0202007f', 'n: expected the shortest form'],
    ['0201010201', 'x: expected 1 numbers, got more'],
  ])('is refused as %s', (integer, message) => {
    expect(() => read(integer)).toThrow(message);
  });
});

describe('a public key', () => {
  const fixed = everyAlgorithm.filter(([, id]) => algorithmOf(id).kty !== 'RSA');

  it.each(fixed)('has the length of its algorithm (%s)', async (_, id) => {
    const algorithm = algorithmOf(id);
    const { public: key } = await keyFor(id);
    expect(() => checkPublicKey(algorithm, key)).not.toThrow();
    const spki = toSpki(id, key);
    for (const [raw, der] of [
      [key.subarray(1), spki.subarray(0, -1)],
      [concat(key, Uint8Array.of(0)), concat(spki, Uint8Array.of(0))],
    ] as const) {
      expect(() => checkPublicKey(algorithm, raw)).toThrow(`publicKey: expected ${key.length} bytes`);
      expect(() => fromSpki(id, der)).toThrow(`publicKey: expected ${key.length} bytes`);
    }
  });

  it('is shared by names of one curve, and by no two of RSA', () => {
    const shares = (a: number, b: number): boolean => sharesKeys(algorithmOf(a), algorithmOf(b));
    expect([shares(-7, -9), shares(-8, -19), shares(-257, -257)]).toEqual([true, true, true]);
    expect([shares(-257, -37), shares(-257, -258), shares(-7, -35), shares(-257, -7)]).toEqual(
      new Array(4).fill(false),
    );
  });

  it('of RSA has an odd exponent from 3 to the modulus', () => {
    const n = (1n << 1023n) + 1n;
    const withExponent = (e: bigint) => () =>
      decodeRsaPublic(derElement(SEQUENCE, derInteger(fromBigInt(n)), derInteger(fromBigInt(e))));
    for (const e of [3n, 5n, 65_537n, n - 2n]) expect(withExponent(e)).not.toThrow();
    for (const e of [0n, 1n, 2n, 4n, 65_536n, n, n + 2n])
      expect(withExponent(e)).toThrow('e: expected an odd number');
  });

  it('of RSA is longer for PSS with a long hash', () => {
    const bits = [-257, -259, -37, -38, -39].map((id) => leastRsaBits(algorithmOf(id) as never));
    expect(bits).toEqual([1024, 1024, 1024, 1024, 1034]);
  });
});

describe('a private key in PKCS#8', () => {
  it('of an unknown kind is called by its object identifier', async () => {
    const { secret, public: key } = await keyFor(-8);
    const der = hex(toPkcs8({ algorithm: -8, secret, public: key }));
    // id-X25519 instead of id-Ed25519: the same but for one arc.
    expect(() => fromAnyPkcs8(fromHex(der.replace('06032b6570', '06032b656e')))).toThrow(
      'unknown algorithm 1.3.101.110',
    );
    // Arcs of two octets, and a first octet that is more than 80.
    expect(() => fromAnyPkcs8(fromHex(der.replace('06032b6570', '0603883703')))).toThrow(
      'unknown algorithm 2.999.3',
    );
  });
});
