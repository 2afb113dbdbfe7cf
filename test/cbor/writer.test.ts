/** The writer of messages: what it writes by itself, what it leaves to cbor-x, and how it grows. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { CborWriter, MOST_MEMBERS } from '../../src/cbor/writer.ts';
import { fromHex, hex } from '../../src/entries/codec.ts';

const written = (value: CborValue): string => hex(CborWriter.written((to) => to.value(value)));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what messages are made of', () => {
  it.each<[CborValue, string]>([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [255, '18ff'],
    [256, '190100'],
    [65_535, '19ffff'],
    [65_536, '1a00010000'],
    [2 ** 32 - 1, '1affffffff'],
    [-1, '20'],
    [-24, '37'],
    [-25, '3818'],
    [-(2 ** 32) + 1, '3afffffffe'],
    [true, 'f5'],
    [false, 'f4'],
    ['', '60'],
    ['a\u007f', '62617f'],
    [new Uint8Array([1, 2]), '420102'],
    [new Map([['a', 1]]), 'a1616101'],
    [
      new Map<number | string, CborValue>([
        [1, 'a'],
        [-1, new Map([['b', false]])],
        ['a', 1],
      ]),
      'a301616120a16162f4616101',
    ],
  ])('%j is written without cbor-x', (value, digits) => {
    const encoded = vi.spyOn(CborWriter.prototype, 'encoded');
    expect(written(value)).toBe(digits);
    // (Bytes are taken as they are.)
    for (const [taken] of encoded.mock.calls) expect(taken).toBe(value);
  });

  it.each<[CborValue, string]>([
    [null, 'f6'],
    [[1], '8101'],
    [2 ** 32, '1b0000000100000000'],
    [-(2 ** 32), '3affffffff'],
    [2n ** 63n, '1b8000000000000000'],
    ['ä', '62c3a4'],
    ['\u0080', '62c280'],
    [new Map([[1n, 1]]), 'a10101'],
    [
      new Map([
        [2, 1],
        [1, 1],
      ]),
      'a201010201',
    ],
  ])('cbor-x writes value %#', (value, digits) => {
    const encoded = vi.spyOn(CborWriter.prototype, 'encoded');
    expect(written(value)).toBe(digits);
    expect(encoded.mock.calls).toEqual([[fromHex(digits)]]);
  });

  it.each([1.5, Number.NaN, undefined as unknown as CborValue])('%s is refused', (value) => {
    expect(() => written(value)).toThrow(expect.objectContaining({ code: 'unsupported-value' }));
  });
});

describe('a writer', () => {
  it('puts what was written behind a first byte', () => {
    expect(hex(CborWriter.written((to) => to.value(1), 0xee))).toBe('ee01');
  });

  it('opens maps of up to 23 members', () => {
    const put = (members: number) =>
      CborWriter.written((to) => {
        const place = to.openMap();
        for (let key = 0; key < members; key++) {
          to.value(key);
          to.value(true);
        }
        to.closeMap(place, members);
      });
    expect(MOST_MEMBERS).toBe(23);
    expect(hex(put(2))).toBe('a200f501f5');
    expect(put(23)[0]).toBe(0xb7);
    expect(() => put(24)).toThrow(RangeError);
  });

  it('leaves zeros where room is kept, whatever was there before', () => {
    CborWriter.written((to) => to.value(new Uint8Array(100).fill(0xff)));
    expect(
      hex(
        CborWriter.written((to) => {
          to.value('above');
          to.free(4);
          to.value(1);
        }),
      ),
    ).toBe('6561626f76650000000001');
  });

  it.each([47, 48, 49, 1000])('takes %i encoded bytes and those around them', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => i);
    const whole = CborWriter.written((to) => {
      to.value(1);
      to.encoded(bytes);
      to.value(2);
    });
    expect(hex(whole)).toBe(`01${hex(bytes)}02`);
  });

  // Around the room that it has at first, twice that, and what it keeps.
  it.each([1018, 1019, 1020, 1021, 1022, 2040, 2048, 65_533, 65_536, 70_000])(
    'grows for a text of %i',
    (length) => {
      const text = 'x'.repeat(length);
      const value = new Map<string, CborValue>([
        ['a', text],
        ['b', new Uint8Array(length)],
        ['c', true],
      ]);
      const expected = hex(encodeCbor(value));
      // The first may grow, the second has the same writer.
      expect(written(value)).toBe(expected);
      expect(written(value)).toBe(expected);
    },
  );

  it('writes a message while it writes another', () => {
    const outer = CborWriter.written((to) => {
      to.value('outer');
      to.encoded(CborWriter.written((inner) => inner.value('inner')));
      to.value(true);
    });
    expect(hex(outer)).toBe('656f7574657265696e6e6572f5');
  });

  it('returns bytes that later ones do not change', () => {
    const first = CborWriter.written((to) => to.value('first'));
    CborWriter.written((to) => to.value('other'));
    expect(hex(first)).toBe('656669727374');
    expect(first.buffer.byteLength).toBe(first.length);
    expect(first).toEqual(fromHex('656669727374'));
  });
});
