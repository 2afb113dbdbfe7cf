/** The runtime's own engine, where the runtime is Node. */
import type { Engine } from './types.ts';

export { nodeEngine as nativeEngine } from './node.ts';

/** Loads the engine whose RSA keys and signatures repeat. */
export const repeatableRsa: () => Promise<Engine> = async () =>
  (await import('./repeatable-rsa.ts')).repeatableRsaEngine;
