/**
 * Makes keys and signatures. The fast engine and the deterministic one take the runtime's own where that has the algorithm and noble for
 * the rest. Where the runtime has nothing of its own, both are noble.
 */
import { nativeEngine, repeatableNativeEngine } from '#native-engine';
import { knownAlgorithm } from './algorithms.ts';
import type { Engine } from './engines/types.ts';

export type { DrawBytes, Engine } from './engines/types.ts';

let loading: Promise<Engine> | undefined;

/** noble is loaded when it is first needed: it takes tens of milliseconds. */
const loaded = (): Promise<Engine> => {
  loading ??= import('./engines/noble.ts').then(({ nobleEngine }) => nobleEngine);
  return loading;
};

const noble: Engine = {
  name: 'noble',
  supports(id) {
    const algorithm = knownAlgorithm(id);
    return algorithm !== undefined && algorithm.kty !== 'RSA';
  },
  generate: async (id, draw) => (await loaded()).generate(id, draw),
  sign: async (key, data, crowded) => (await loaded()).sign(key, data, crowded),
  verify: async (id, publicKey, data, signature) => (await loaded()).verify(id, publicKey, data, signature),
};

/** An engine that leaves to another one what it does not have itself. */
function either(first: Engine, second: Engine): Engine {
  const having = (id: number): Engine => (first.supports(id) ? first : second);
  return {
    name: first.name,
    supports: (id) => first.supports(id) || second.supports(id),
    generate: (id, draw) => having(id).generate(id, draw),
    keyAhead: (id) => having(id).keyAhead?.(id),
    sign: (key, data, crowded) => having(key.algorithm).sign(key, data, crowded),
    verify: (id, publicKey, data, signature) => having(id).verify(id, publicKey, data, signature),
    prepare: async (id) => having(id).prepare?.(id),
  };
}

/** What the runtime has, and noble for the rest. */
const withNoble = (native: Engine | undefined): Engine =>
  native === undefined ? noble : either(native, noble);

const fastEngine: Engine = withNoble(nativeEngine);
const deterministicEngine: Engine = withNoble(repeatableNativeEngine);

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
