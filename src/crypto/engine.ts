/**
 * Makes keys and signatures. The fast engine takes the runtime's own where that has the algorithm and noble for the
 * rest; the deterministic one takes noble for all but RSA. Where the runtime has nothing of its own, both are noble.
 */
import { nativeEngine, repeatableRsa } from '#native-engine';
import { knownAlgorithm, type SignatureAlgorithm } from './algorithms.ts';
import type { Engine } from './engines/types.ts';

export type { DrawBytes, Engine } from './engines/types.ts';

/** An engine that is loaded when it is first needed: noble takes tens of milliseconds. */
function lazily(
  name: Engine['name'],
  has: (algorithm: SignatureAlgorithm) => boolean,
  load: () => Promise<Engine>,
): Engine {
  let loading: Promise<Engine> | undefined;
  const loaded = (): Promise<Engine> => {
    loading ??= load();
    return loading;
  };
  return {
    name,
    supports(id) {
      const algorithm = knownAlgorithm(id);
      return algorithm !== undefined && has(algorithm);
    },
    generate: async (id, draw) => (await loaded()).generate(id, draw),
    sign: async (key, data, crowded) => (await loaded()).sign(key, data, crowded),
    verify: async (id, publicKey, data, signature) => (await loaded()).verify(id, publicKey, data, signature),
  };
}

/** An engine that leaves to another one what it does not have itself. */
function either(first: Engine, second: Engine): Engine {
  const having = (id: number): Engine => (first.supports(id) ? first : second);
  return {
    name: first.name,
    supports: (id) => first.supports(id) || second.supports(id),
    generate: (id, draw) => having(id).generate(id, draw),
    sign: (key, data, crowded) => having(key.algorithm).sign(key, data, crowded),
    verify: (id, publicKey, data, signature) => having(id).verify(id, publicKey, data, signature),
  };
}

const noble: Engine = lazily(
  'noble',
  ({ kty }) => kty !== 'RSA',
  async () => (await import('./engines/noble.ts')).nobleEngine,
);

const deterministicEngine: Engine =
  repeatableRsa === undefined
    ? noble
    : either(
        noble,
        lazily('node', ({ kty }) => kty === 'RSA', repeatableRsa),
      );

const fastEngine: Engine = nativeEngine === undefined ? noble : either(nativeEngine, noble);

/**
 * The engine for a device: signatures and keys that repeat when chance does, or ones that are made fast.
 *
 * @example
 * const engine = engineFor({ deterministic: false });
 * const key = await engine.generate(-7, (length) => systemRandom(length, 'key'));
 * const signature = await engine.sign(key, data);
 */
export function engineFor({ deterministic }: { readonly deterministic: boolean }): Engine {
  return deterministic ? deterministicEngine : fastEngine;
}
