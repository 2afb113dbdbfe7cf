/** Keys that tests share: one per algorithm, from a seed. RSA keys take time, so all RSA algorithms share one. */
import { algorithmIds, algorithmOf } from '../../src/crypto/algorithms.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import type { KeyPair } from '../../src/crypto/key-pair.ts';
import { seededRandom } from '../../src/crypto/random.ts';

/** Bytes for keys, from a seed. */
export function drawFrom(seed: string): (length: number) => Uint8Array {
  const random = seededRandom(seed);
  return (length) => random(length, 'key');
}

/** Name and COSE number of every algorithm, for `describe.each`. */
export const everyAlgorithm: readonly (readonly [string, number])[] = algorithmIds.map((id) => [
  algorithmOf(id).name,
  id,
]);

const RS256 = -257;
const keys = new Map<string, Promise<KeyPair>>();

/** The key of an algorithm that follows from a seed. */
export async function keyFor(id: number, seed = 'test'): Promise<KeyPair> {
  const made = algorithmOf(id).kty === 'RSA' ? RS256 : id;
  const name = `${made} ${seed}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = Promise.resolve(engineFor({ deterministic: true }).generate(made, drawFrom(seed)));
    keys.set(name, key);
  }
  return { ...(await key), algorithm: id };
}
