import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, utf8 } from '../../src/base/bytes.ts';
import { seededRandom, systemRandom } from '../../src/crypto/random.ts';

describe('seeded chance', () => {
  it('gives the same bytes for the same seed, purpose and place, whatever else is drawn', () => {
    const a = seededRandom('seed');
    const b = seededRandom(utf8('seed'));
    b(8, 'other');
    expect(a(16, 'p')).toEqual(b(16, 'p'));
    expect(a(16, 'p')).toEqual(b(16, 'p'));
  });

  it('gives other bytes for another seed, purpose or place', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (seed, purpose) => {
        const random = seededRandom(seed);
        const drawn = [
          random(16, purpose),
          random(16, purpose),
          random(16, `${purpose}!`),
          seededRandom(`${seed}!`)(16, purpose),
        ];
        expect(new Set(drawn.map(hex)).size).toBe(4);
      }),
    );
  });

  it('does not follow a seed that is changed afterwards', () => {
    const seed = utf8('seed');
    const random = seededRandom(seed);
    seed.fill(0);
    expect(random(16, 'p')).toEqual(seededRandom('seed')(16, 'p'));
  });

  it('gives as much as is asked for', () => {
    for (const length of [0, 1, 8160, 8161, 100_000]) {
      const drawn = seededRandom('seed')(length, 'p');
      expect(drawn).toHaveLength(length);
      expect(hex(drawn.subarray(0, 32))).toBe(hex(seededRandom('seed')(32, 'p')).slice(0, 2 * length));
    }
  });
});

describe('the machine’s chance', () => {
  it('gives bytes of their own, of any length, never the same', () => {
    for (const length of [0, 1, 16, 1024, 1025, 5000, 100_000]) {
      expect(systemRandom(length, 'p')).toHaveLength(length);
    }
    const drawn = Array.from({ length: 1000 }, () => systemRandom(16, 'p'));
    expect(new Set(drawn.map(hex)).size).toBe(1000);
    expect(drawn.every(({ buffer }) => buffer.byteLength === 16)).toBe(true);
  });
});
