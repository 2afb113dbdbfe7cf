import { describe, expect, it } from 'vitest';
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
