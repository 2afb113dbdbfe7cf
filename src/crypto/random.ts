/** Random bytes, handed in: the machine's own, or derived from a seed. */
import { platform } from '#platform';
import { utf8 } from '../base/bytes.ts';

/**
 * Returns `length` random bytes for a purpose. The purpose (such as `credential-id`) lets a seeded source give the same bytes
 * whatever else was drawn before.
 */
export type RandomSource = (length: number, purpose: string) => Uint8Array;

const POOL = 4096;
let pool: Uint8Array = new Uint8Array();
let taken = 0;

/** The machine's random numbers, drawn in larger portions. */
export const systemRandom: RandomSource = (length) => {
  if (length > POOL / 4) return platform.randomBytes(length);
  if (taken + length > pool.length) {
    pool = platform.randomBytes(POOL);
    taken = 0;
  }
  const bytes = pool.slice(taken, taken + length);
  pool.fill(0, taken, taken + length);
  taken += length;
  return bytes;
};

/** HKDF gives 255 hashes at most. */
const MOST_DERIVED = 255 * 32;

/**
 * A source in which every value follows from the seed, the purpose, and how many values were drawn for that purpose
 * before (HKDF-SHA-256, RFC 5869). For tests: anyone who knows the seed knows every key.
 *
 * @example
 * const random = seededRandom('any text');
 * random(32, 'credential-id'); // the same 32 bytes in every run
 */
export function seededRandom(seed: Uint8Array | string): RandomSource {
  const ikm = typeof seed === 'string' ? utf8(seed) : new Uint8Array(seed);
  const salt = utf8('stuntkey test seed');
  const drawn = new Map<string, number>();
  return (length, purpose) => {
    const count = drawn.get(purpose) ?? 0;
    drawn.set(purpose, count + 1);
    const place = `${purpose} ${count}`;
    const first = platform.hkdfSha256(ikm, salt, utf8(place), Math.min(length, MOST_DERIVED));
    if (length <= MOST_DERIVED) return first;
    const bytes = new Uint8Array(length);
    bytes.set(first);
    for (let i = MOST_DERIVED; i < length; i += MOST_DERIVED) {
      const size = Math.min(length - i, MOST_DERIVED);
      bytes.set(platform.hkdfSha256(ikm, salt, utf8(`${place}\0${i}`), size), i);
    }
    return bytes;
  };
}
