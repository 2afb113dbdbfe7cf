import { runInNewContext } from 'node:vm';
import { decode as cborgDecode, encode as cborgEncode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertCanonical, endOfItem } from '../../src/cbor/canonical.ts';
import { type CborKey, type CborValue, decodeCbor, encodeCbor } from '../../src/cbor/cbor.ts';
import { CborError, type CborErrorCode } from '../../src/cbor/error.ts';
import { CborReader } from '../../src/cbor/reader.ts';
import { CborWriter } from '../../src/cbor/writer.ts';
import { fromHex, hex } from '../../src/entries/codec.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof CborError) return error.code;
    throw error;
  }
  return 'accepted';
};

const key = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' })) as fc.Arbitrary<CborKey>;
const leaf: fc.Arbitrary<CborValue> = fc.oneof(
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 300 }),
);
const nested = (depth: number): fc.Arbitrary<CborValue> =>
  depth === 0
    ? leaf
    : fc.oneof(
        leaf,
        fc.array(nested(depth - 1), { maxLength: 5 }),
        fc.array(fc.tuple(key, nested(depth - 1)), { maxLength: 5 }).map((pairs) => new Map(pairs)),
      );

describe('what is written', () => {
  it.each([
    ['an integer in one byte', 23, '17'],
    ['an integer in two bytes', 24, '1818'],
    ['an integer in three bytes', 256, '190100'],
    ['an integer in five bytes', 65536, '1a00010000'],
    ['an integer in nine bytes, though cbor-x would make it a float', 2 ** 32, '1b0000000100000000'],
    ['the largest 64-bit integer', 2n ** 64n - 1n, '1bffffffffffffffff'],
    ['a small bigint in its shortest form', 5n, '05'],
    ['a negative integer in one byte', -24, '37'],
    ['a negative integer in nine bytes', -(2 ** 32) - 1, '3b0000000100000000'],
    ['a negative integer in five bytes', -(2 ** 32), '3affffffff'],
    ['the same bigint in five bytes', -(2n ** 32n), '3affffffff'],
    ['the largest bigint in five bytes', 2n ** 32n - 1n, '1affffffff'],
    ['the smallest bigint in nine bytes', 2n ** 32n, '1b0000000100000000'],
    ['the second smallest 64-bit integer', -(2n ** 64n) + 1n, '3bfffffffffffffffe'],
    ['negative zero as zero', -0, '00'],
    ['a bigint in its shortest form in an array', [1, 5n], '820105'],
    ['a bigint in its shortest form as a key', new Map([[5n, 0]]), 'a10500'],
    ['a bigint in its shortest form as a value', new Map([[0, 5n]]), 'a10005'],
    ['an empty map', new Map(), 'a0'],
    ['a byte string', fromHex('0102'), '420102'],
    ['null, false and true', [null, false, true], '83f6f4f5'],
  ])('is %s', (_, value, expected) => {
    expect(hex(encodeCbor(value as CborValue))).toBe(expected);
  });

  it('sorts map keys: unsigned, negative, text; then by length; then by bytes', () => {
    const map = new Map<CborKey, CborValue>([
      ['b', 1],
      ['aa', 2],
      ['a', 3],
      [-2, 4],
      [-1, 5],
      [300, 6],
      [1, 7],
    ]);
    expect(hex(encodeCbor(map))).toBe('a701071901 2c06 2005 2104 616103 616201 62616102'.replaceAll(' ', ''));
  });

  it.each<[string, CborKey[], string]>([
    ['zero before one', [1, 0], '0001'],
    ['unsigned integers by their size', [24, 2, 256], '021818190100'],
    ['unsigned integers of any size', [2n ** 40n, 3], '031b0000010000000000'],
    ['negative integers by their distance from zero', [-25, -1, -2], '20213818'],
    ['unsigned before negative', [-1, 0], '0020'],
    ['negative before text', ['', -1], '2060'],
    ['short texts before long ones', ['aa', 'b'], '6162626161'],
    ['texts by their bytes, where they are as long', ['b', 'a', 'c'], '616161626163'],
    // U+00E9 has two bytes, and the first is greater than a letter.
    ['texts by their bytes, and not by their characters', ['é', 'zz', 'a'], '6161627a7a62c3a9'],
    ['a long text before the character that has more bytes', ['zz', '€', '🔑'], '627a7a63e282ac64f09f9491'],
  ])('has keys in order: %s', (_, keys, expected) => {
    const bytes = expected.replaceAll(' ', '');
    for (const one of [keys, keys.toReversed()]) {
      const written = hex(encodeCbor(new Map(one.map((key) => [key, null]))));
      expect(written.slice(2).replaceAll('f6', '')).toBe(bytes);
    }
  });

  it.each<[string, unknown, CborErrorCode, string]>([
    ['undefined', undefined, 'unsupported-value', "CTAP2's CBOR has no undefined"],
    ['a function', () => 0, 'unsupported-value', "CTAP2's CBOR has no function"],
    ['an object', {}, 'unsupported-value', "CTAP2's CBOR has no object"],
    [
      'a boolean for the only key',
      new Map([[true, 1]]),
      'key-type',
      'a map key must be an integer or a text, got boolean',
    ],
    [
      'nothing for a key',
      new Map([[undefined, 1]]),
      'key-type',
      'a map key must be an integer or a text, got undefined',
    ],
    [
      'an array for a later key',
      new Map<unknown, number>([
        [1, 1],
        [[], 1],
      ]),
      'key-type',
      'a map key must be an integer or a text, got array',
    ],
  ])('is never %s, and the refusal says so', (_, value, code, message) => {
    expect(() => encodeCbor(value as CborValue)).toThrow(new CborError(code, message));
  });

  it.each([
    ['a float', 1.5],
    ['the smallest integer beyond 64 bits', -(2n ** 64n)],
    ['NaN', Number.NaN],
    ['undefined', undefined],
    ['a lone surrogate', '\ud800'],
    ['an integer beyond 64 bits', 2n ** 64n],
    ['a function', () => 0],
    ['a plain object', {}],
    ['a map inside which something is wrong', new Map([[1, [1.5]]])],
  ])('is never %s', (_, value) => {
    expect(codeOf(() => encodeCbor(value as CborValue))).toBe('unsupported-value');
  });

  it('is the same for bytes of another realm', () => {
    const bytes = runInNewContext('Uint8Array.of(1, 2)') as Uint8Array;
    expect(hex(encodeCbor([bytes, new Map([[1, bytes]])]))).toBe('82420102a101420102');
  });

  it('refuses a map with one integer in two spellings', () => {
    expect(
      codeOf(() =>
        encodeCbor(
          new Map<CborKey, CborValue>([
            [1, 1],
            [1n, 2],
          ]),
        ),
      ),
    ).toBe('duplicate-key');
  });

  it('shares no memory with what is written later', () => {
    const first = encodeCbor([1, 2, 3]);
    encodeCbor([9, 9, 9]);
    expect(hex(first)).toBe('83010203');
  });

  it('is read back the same, by us and by another library in its strict mode', () => {
    fc.assert(
      fc.property(nested(3), (value) => {
        const bytes = encodeCbor(value);
        assertCanonical(bytes);
        expect(hex(encodeCbor(decodeCbor(bytes)))).toBe(hex(bytes));
        const theirs = cborgDecode(bytes, { strict: true, useMaps: true, rejectDuplicateMapKeys: true });
        expect(hex(cborgEncode(theirs, { float64: true, mapSorter: undefined as never }))).toHaveLength(
          bytes.length * 2,
        );
      }),
    );
  });
});

describe('what is read', () => {
  it.each([
    ['nothing at all', '', 'truncated'],
    ['trailing bytes', '0000', 'trailing-bytes'],
    ['an integer not in its shortest form, 8 bits', '1817', 'not-shortest'],
    ['an integer not in its shortest form, 16 bits', '1900ff', 'not-shortest'],
    ['an integer not in its shortest form, 32 bits', '1a0000ffff', 'not-shortest'],
    ['an integer not in its shortest form, 64 bits', '1b00000000ffffffff', 'not-shortest'],
    ['a length not in its shortest form', '580161', 'not-shortest'],
    ['an indefinite byte string', '5f4101ff', 'indefinite-length'],
    ['an indefinite text', '7f6161ff', 'indefinite-length'],
    ['an indefinite array', '9f01ff', 'indefinite-length'],
    ['an indefinite map', 'bf0101ff', 'indefinite-length'],
    ['a stray break', 'ff', 'indefinite-length'],
    ['reserved additional information', '1c', 'reserved'],
    ['a tag', 'c001', 'tag'],
    ['a bignum', 'c24101', 'tag'],
    ['a half float', 'f93c00', 'float'],
    ['a single float', 'fa3f800000', 'float'],
    ['a double float', 'fb3ff0000000000000', 'float'],
    ['undefined', 'f7', 'simple-value'],
    ['another simple value', 'e0', 'simple-value'],
    ['a two-byte simple value', 'f8ff', 'simple-value'],
    ['text that is not UTF-8', '62c328', 'invalid-utf8'],
    ['text with a surrogate', '63eda080', 'invalid-utf8'],
    ['a byte string as key', 'a1410101', 'key-type'],
    ['a boolean as key', 'a1f501', 'key-type'],
    ['an array as key', 'a18001', 'key-type'],
    ['unsorted integers', 'a202010101', 'key-order'],
    ['text before integer', 'a261610101 01'.replaceAll(' ', ''), 'key-order'],
    ['a longer text before a shorter', 'a262616101616201', 'key-order'],
    ['a key twice', 'a201010102', 'duplicate-key'],
    ['five levels', '8181818180', 'too-deep'],
    ['a byte string longer than the message', '5affffffff00', 'truncated'],
    ['an array longer than the message', '9affffffff00', 'truncated'],
    ['a map longer than the message', 'bbffffffffffffffff00', 'truncated'],
    ['a head that is cut off', '19ff', 'truncated'],
    ['a byte string one byte longer than the message', '4200', 'truncated'],
    ['a map without its last value', 'a101', 'truncated'],
    ['a map without its last key', 'a201820000', 'truncated'],
    ['five levels of maps', 'a100a100a100a100a0', 'too-deep'],
    ['five levels in a key’s value', 'a10081818180', 'too-deep'],
  ])('is never %s', (_, bytes, code) => {
    expect(codeOf(() => decodeCbor(fromHex(bytes)))).toBe(code);
  });

  it.each([
    ['0000', 'expected the end after one item, got 1 more bytes (at byte 1)'],
    ['00000000', 'expected the end after one item, got 3 more bytes (at byte 1)'],
    ['82004300', 'a string declares 3 bytes, 1 are left (at byte 3)'],
    // Before anything of it is read: what a message claims costs nothing.
    ['9affffffff00', 'declares 4294967295 items, 1 bytes are left (at byte 0)'],
    ['8200830000', 'declares 3 items, 2 bytes are left (at byte 2)'],
    ['a101', 'declares 2 items, 1 bytes are left (at byte 0)'],
    ['a3000000000000', 'a map key appears twice'],
  ])('is refused with where and how much: %s', (bytes, message) => {
    let said = '';
    try {
      decodeCbor(fromHex(bytes));
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toContain(message);
  });

  it.each([0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'may be the integer %i, and its negative, whatever its length',
    (value) => {
      for (const one of [value, -1 - value].filter(Number.isSafeInteger))
        expect(Number(decodeCbor(encodeCbor(one)))).toBe(one);
    },
  );

  it('says where a rule was broken, unless nothing was read', () => {
    expect(new CborError('tag', 'no tags', 0).message).toBe('no tags (at byte 0)');
    expect(new CborError('tag', 'no tags').message).toBe('no tags');
  });

  it('may have four levels, and no more', () => {
    expect(codeOf(() => decodeCbor(fromHex('a100a100a100a0')))).toBe('accepted');
    expect(codeOf(() => decodeCbor(fromHex('81818180')))).toBe('accepted');
    expect(codeOf(() => decodeCbor(fromHex('8181818180'), 5))).toBe('accepted');
  });

  it('is refused or means exactly its bytes, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let value: CborValue;
        try {
          value = decodeCbor(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
          return;
        }
        expect(hex(encodeCbor(value))).toBe(hex(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('stays refused when one byte of a canonical message changes, or still means exactly its bytes', () => {
    fc.assert(
      fc.property(nested(3), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, change) => {
        const bytes = encodeCbor(value);
        const place = where % bytes.length;
        bytes[place] = (bytes[place] as number) ^ change;
        try {
          expect(hex(encodeCbor(decodeCbor(bytes)))).toBe(hex(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('costs no more than its length when it is hostile', () => {
    const hostile = [
      fromHex('9b7fffffffffffffff'),
      new Uint8Array(7609).fill(0x81),
      new Uint8Array(7609).fill(0xa1),
      Uint8Array.from({ length: 7609 }, (_, i) => (i === 0 ? 0x99 : i === 1 ? 0x1d : i === 2 ? 0xb6 : 0x80)),
    ];
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 200; i++) for (const bytes of hostile) codeOf(() => decodeCbor(bytes));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('endOfItem', () => {
  it('finds where an item ends when more bytes follow', () => {
    expect(endOfItem(fromHex('00a10102ffff'), 1)).toBe(4);
  });
});

describe('piece by piece', () => {
  const written = (value: CborValue): Uint8Array => CborWriter.written((to) => to.value(value));
  /** What is read of it; undefined for what is left to the strict pass. */
  const read = (bytes: Uint8Array): CborValue | undefined => {
    const from = new CborReader(bytes);
    try {
      const value = from.value();
      return from.atEnd ? value : undefined;
    } catch {
      return undefined;
    }
  };

  it('any value is written as cbor-x writes it, whatever the order of its keys', () => {
    fc.assert(
      fc.property(nested(3), (value) => {
        expect(hex(written(value))).toBe(hex(encodeCbor(value)));
      }),
      { numRuns: 2000 },
    );
  });

  it('any value is read as the strict pass and cbor-x read it', () => {
    fc.assert(
      fc.property(nested(3), (value) => {
        const bytes = encodeCbor(value);
        expect(read(bytes)).toEqual(decodeCbor(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('nothing is read that the strict pass refuses, when one byte of it changes', () => {
    fc.assert(
      fc.property(nested(3), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, change) => {
        const bytes = encodeCbor(value);
        const place = where % bytes.length;
        bytes[place] = (bytes[place] as number) ^ change;
        const found = read(bytes);
        if (found !== undefined) expect(found).toEqual(decodeCbor(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['in another order', 'a2026161016161'],
    ['twice', 'a2016161016161'],
    ['that are bytes', 'a141016161'],
  ])('a map with keys %s is not read', (_, digits) => {
    expect(read(fromHex(digits))).toBeUndefined();
  });

  it.each([
    ['a float', new Map([[1.5, 1]])],
    ['bytes', new Map([[new Uint8Array(1) as unknown as CborKey, 1]])],
  ])('a map with %s for a key is refused', (_, map) => {
    expect(() => written(map)).toThrow(CborError);
  });
});
