import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compare, concat, equal, fromHex, fromUtf8, hex, utf8 } from '../../src/base/bytes.ts';
import { Cache } from '../../src/base/cache.ts';

describe('bytes', () => {
  it('are joined in order', () => {
    expect(hex(concat(fromHex('01'), fromHex(''), fromHex('0203')))).toBe('010203');
  });

  it('are equal only when every byte is', () => {
    expect(equal(fromHex('0102'), fromHex('0102'))).toBe(true);
    expect(equal(fromHex('0102'), fromHex('0103'))).toBe(false);
    expect(equal(fromHex('0102'), fromHex('010203'))).toBe(false);
  });

  it('are ordered by length, then by value', () => {
    const sorted = ['ff', '0001', '00', '0000'].map(fromHex).sort(compare).map(hex);
    expect(sorted).toEqual(['00', 'ff', '0000', '0001']);
  });

  it.each(['0', '0g', ' 00', '0x00'])('are not spelled by %j', (text) => {
    expect(() => fromHex(text)).toThrow(TypeError);
  });

  it('keep a byte order mark when read as text', () => {
    expect(fromUtf8(fromHex('efbbbf61'))).toBe('\ufeffa');
    expect(hex(utf8('\ufeffa'))).toBe('efbbbf61');
    expect(() => fromUtf8(fromHex('ff'))).toThrow(TypeError);
  });
});

describe.each([
  ['with Buffer', true],
  ['without Buffer', false],
])('texts %s', (_, withBuffer) => {
  type Bytes = typeof import('../../src/base/bytes.ts');

  async function load(): Promise<Bytes> {
    vi.resetModules();
    if (!withBuffer) vi.stubGlobal('Buffer', undefined);
    const loaded = await import('../../src/base/bytes.ts');
    vi.unstubAllGlobals();
    return loaded;
  }

  afterEach(() => vi.unstubAllGlobals());

  it('have one character for each byte, and become the bytes again', async () => {
    const { toBinaryString, fromBinaryString } = await load();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBinaryString(bytes);
        expect(Array.from(text, (one) => one.charCodeAt(0))).toEqual([...bytes]);
        expect(hex(fromBinaryString(text))).toBe(hex(bytes));
      }),
    );
    expect(toBinaryString(new Uint8Array(20_000).fill(0xe9))).toBe('\u00e9'.repeat(20_000));
  });

  it('of a part of the bytes are those of a copy of it', async () => {
    const { fromUtf8Part } = await load();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(3), fc.nat(3), (text, before, behind) => {
        const bytes = concat(
          new Uint8Array(before).fill(0xff),
          utf8(text),
          new Uint8Array(behind).fill(0xff),
        );
        expect(fromUtf8Part(bytes, before, bytes.length - behind)).toBe(text);
      }),
    );
  });

  it.each([
    ['a byte order mark', 'efbbbf61', '\ufeffa'],
    ['U+FFFD itself', '61efbfbd', 'a\ufffd'],
    ['what is no UTF-8', '61ff', undefined],
    ['half a pair of surrogates', 'eda080', undefined],
  ])('of %s are read strictly', async (_, digits, text) => {
    const { fromUtf8Part } = await load();
    const read = () => fromUtf8Part(fromHex(digits), 0, digits.length / 2);
    if (text === undefined) expect(read).toThrow(TypeError);
    else expect(read()).toBe(text);
  });
});

describe('a cache', () => {
  it('forgets what was not used lately, and never holds more than its capacity', () => {
    const cache = new Cache<number, string>(4);
    for (let i = 0; i < 100; i++) {
      cache.set(i, `${i}`);
      expect(cache.get(0)).toBe('0'); // used all the time
    }
    const held = Array.from({ length: 100 }, (_, i) => i).filter((i) => cache.get(i) !== undefined);
    expect(held).toContain(0);
    expect(held.length).toBeLessThanOrEqual(4);
  });

  it('gives back nothing that was deleted or cleared', () => {
    const cache = new Cache<string, number>(4);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
    cache.clear();
    expect(cache.get('b')).toBeUndefined();
  });
});
