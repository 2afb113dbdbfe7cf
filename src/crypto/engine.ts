/** Who makes keys and signatures: the runtime's own engine where it has one and nothing needs determinism, noble elsewhere. */
import { nativeEngine } from '#native-engine';
import type { Engine } from './engines/types.ts';

let noble: Promise<Engine> | undefined;

/** noble takes tens of milliseconds to load, so it is loaded by whoever needs it first. */
function loadNoble(): Promise<Engine> {
  noble ??= import('./engines/noble.ts').then(({ nobleEngine }) => nobleEngine);
  return noble;
}

/** The engine in which ECDSA signatures follow from key and message (RFC 6979). */
const deterministicEngine: Engine = {
  name: 'noble',
  generate: async (algorithm, draw) => (await loadNoble()).generate(algorithm, draw),
  sign: async (key, data) => (await loadNoble()).sign(key, data),
  verify: async (algorithm, publicKey, data, signature) =>
    (await loadNoble()).verify(algorithm, publicKey, data, signature),
};

/** The engine for a device: signatures that repeat, or signatures that are fast. */
export function engineFor({ deterministic }: { readonly deterministic: boolean }): Engine {
  return deterministic ? deterministicEngine : (nativeEngine ?? deterministicEngine);
}
