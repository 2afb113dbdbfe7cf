import { ed448 } from '@noble/curves/ed448.js';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { decode as cborgDecode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64url } from '../../../src/base/base64url.ts';
import { fromHex, hex } from '../../../src/base/bytes.ts';
import { assertCanonical } from '../../../src/cbor/canonical.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../../../src/cbor/cbor.ts';
import { CborError } from '../../../src/cbor/error.ts';
import { knownAlgorithm } from '../../../src/crypto/algorithms.ts';
import { looseBase64 } from '../../../src/verify/lenient/base64url.ts';
import { readCbor } from '../../../src/verify/lenient/cbor.ts';
import { isSmallOrder } from '../../../src/verify/lenient/credential-key.ts';
import { derSignature, inRange, readEcdsa } from '../../../src/verify/lenient/ecdsa.ts';
import { readJson } from '../../../src/verify/lenient/json.ts';

describe('base64, read leniently', () => {
  it('is what base64url says where it is base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(looseBase64(base64url(bytes))).toEqual(bytes);
      }),
    );
  });

  it('takes the other alphabet, padding, white space and spare bits', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(looseBase64(` ${text.slice(0, 5)}\n${text.slice(5)}`)).toEqual(bytes);
      }),
    );
    expect(hex(looseBase64('AB'))).toBe('00');
    expect(hex(looseBase64('AAB'))).toBe('0000');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void looseBase64(text)));
  });
});

describe('CBOR, read leniently', () => {
  it('is what the strict decoder says where it is canonical', () => {
    const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.string(),
        fc.uint8Array(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc
          .uniqueArray(fc.tuple(fc.string(), tie('value')), { selector: ([key]) => key })
          .map((list) => new Map(list)),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        const bytes = encodeCbor(one);
        expect(readCbor(bytes)).toEqual({
          value: decodeCbor(bytes, 16),
          end: bytes.length,
          irregular: undefined,
          duplicate: undefined,
        });
      }),
    );
  });

  it('finds something irregular in whatever the strict pass refuses', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        let read: ReturnType<typeof readCbor>;
        try {
          read = readCbor(bytes);
        } catch (error) {
          if (!(error instanceof CborError)) throw error;
          return;
        }
        const item = bytes.slice(0, read.end);
        let strict = true;
        try {
          assertCanonical(item, 16);
        } catch {
          strict = false;
        }
        expect(read.irregular === undefined && read.duplicate === undefined).toBe(strict);
      }),
      { numRuns: process.env.SLOW ? 5_000 : 500 },
    );
  });

  it.each([
    ['an indefinite length', 'bf6161011aff', undefined],
    ['an indefinite length', 'bf616101ff', new Map([['a', 1]])],
    ['an indefinite length', '5f41014102ff', Uint8Array.of(1, 2)],
    ['an indefinite length', '7f61616162ff', 'ab'],
    ['an indefinite length', '9f01ff', [1]],
    ['a head that is not the shortest', '1801', 1],
    ['a tag', 'c101', 1],
    ['a floating-point number', 'f93c00', 1],
    ['a floating-point number', 'fa3fc00000', 1.5],
    ['a floating-point number', 'fb3ff8000000000000', 1.5],
    [
      'keys that are not in order',
      'a2616201616102',
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
    ],
    ['a text that is not valid UTF-8', '61c3', '\uFFFD'],
    ['a simple value other than false, true and null', 'f7', undefined],
  ])('notes %s: %s', (irregular, bytes, value) => {
    if (value === undefined && bytes !== 'f7') {
      expect(() => readCbor(fromHex(bytes))).toThrow(CborError);
      return;
    }
    expect(readCbor(fromHex(bytes))).toMatchObject({ value, irregular });
  });

  it('takes the last of two equal keys, and notes that', () => {
    expect(readCbor(fromHex('a2616101616102'))).toEqual({
      value: new Map([['a', 2]]),
      end: 7,
      irregular: undefined,
      duplicate: 'a',
    });
  });

  it('refuses bombs at once', () => {
    for (const bomb of ['5bffffffffffffffff', '9bffffffffffffffff', 'bbffffffffffffffff', '81'.repeat(100)]) {
      expect(() => readCbor(fromHex(bomb))).toThrow(CborError);
    }
  });

  it('reads numbers as another decoder does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 2 }), (bits) => {
        const bytes = Uint8Array.of(0xf9, ...bits);
        expect(readCbor(bytes).value).toEqual(cborgDecode(bytes, { allowNaN: true, allowInfinity: true }));
      }),
    );
  });
});

describe('JSON, read leniently', () => {
  it('is what JSON.parse says where it is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readJson(text)).toMatchObject({ found: true, value: JSON.parse(text), trailing: '' });
      }),
    );
  });

  it('finds the value at the beginning of a text', () => {
    expect(readJson('{"a":"}"} more')).toMatchObject({ found: true, value: { a: '}' }, trailing: 'more' });
    expect(readJson('{"a":1}\n')).toMatchObject({ found: true, trailing: '' });
    expect(readJson('more {}')).toMatchObject({ found: false });
    expect(readJson('')).toMatchObject({ found: false });
  });

  it('sees names that appear twice, however they are spelled, in the outermost object only', () => {
    expect(readJson('{"a":1,"\\u0061":2}').duplicates).toEqual(['a']);
    expect(readJson('{"a":{"a":1},"b":{"a":1}}').duplicates).toEqual([]);
    expect(readJson('{"a":"a","b":["a","a"]}').duplicates).toEqual([]);
  });

  it('sees all names, and how deep it goes', () => {
    const { names, depth } = readJson('{"a":[{"__proto__":{}}]}');
    expect([...names]).toEqual(['a', '__proto__']);
    expect(depth).toBe(4);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readJson(text)));
  });
});

describe('ECDSA signatures, read leniently', () => {
  const r = Uint8Array.of(0x80, ...new Uint8Array(31).fill(1));
  const s = new Uint8Array(32).fill(2);
  const der = derSignature({ r, s });

  it('are DER, BER or raw', () => {
    expect(readEcdsa(der, 32)).toMatchObject({ form: 'der', r, s });
    expect(readEcdsa(Uint8Array.of(...r, ...s), 32)).toMatchObject({ form: 'raw', r, s });
    const trailing = readEcdsa(Uint8Array.of(...der, 0), 32);
    expect(trailing?.form).toBe('ber');
    expect(trailing && derSignature(trailing)).toEqual(der);
  });

  it('are BER with a negative part, a long length, leading zeros or an indefinite length', () => {
    const content = der.slice(2);
    const negative = Uint8Array.of(0x30, content.length - 1, 2, 32, ...r, ...content.slice(35));
    const longer = Uint8Array.of(0x30, 0x81, content.length, ...content);
    const zeros = Uint8Array.of(0x30, content.length + 1, 2, 34, 0, ...content.slice(2));
    const indefinite = Uint8Array.of(0x30, 0x80, ...content, 0, 0);
    for (const ber of [negative, longer, zeros, indefinite]) {
      const reading = readEcdsa(ber, 32);
      expect(reading?.form).toBe('ber');
      expect(reading && derSignature(reading)).toEqual(der);
    }
  });

  it('have numbers between 1 and the order of the group', () => {
    const order = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    expect(inRange('P-256', { r, s })).toBe(true);
    expect(inRange('P-256', { r: order, s })).toBe(false);
    expect(inRange('P-256', { r, s: new Uint8Array(32) })).toBe(false);
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readEcdsa(bytes, 32)));
  });
});

describe('points of small order', () => {
  const isSmall = (algorithm: number, key: Uint8Array): boolean =>
    isSmallOrder({ algorithm: knownAlgorithm(algorithm) as never, public: key });
  const [ED25519, ED448] = [-8, -53];

  it('are those of the torsion subgroup', () => {
    expect(ED25519_TORSION_SUBGROUP.map((point) => isSmall(ED25519, fromHex(point)))).toEqual(
      ED25519_TORSION_SUBGROUP.map(() => true),
    );
    // Of Ed448: the neutral point, that of order 2, and the two of order 4, (±1, 0).
    const { Point } = ed448;
    const quarter = Point.fromHex('00'.repeat(57));
    for (let times = 0; times < 4; times++) {
      const point = times === 0 ? Point.ZERO : quarter.multiplyUnsafe(BigInt(times));
      expect([times, isSmall(ED448, point.toBytes())]).toEqual([times, true]);
    }
  });

  it('are no others', () => {
    expect(isSmall(ED25519, ed25519.Point.BASE.toBytes())).toBe(false);
    expect(isSmall(ED448, ed448.Point.BASE.toBytes())).toBe(false);
    expect(isSmall(-7, new Uint8Array(32))).toBe(false);
  });
});
