/** noble's ML-DSA, loaded when the first key needs it: most devices have none, and every driver of browsers can carry one. */
import { createRequire } from 'node:module';
import type { MlDsaSets } from './ml-dsa.ts';

let loaded: MlDsaSets | undefined;

// (An ECMAScript module, which `require` returns at once on every Node that stuntkey is for.)
export const mlDsaSets = (): MlDsaSets => {
  loaded ??= createRequire(import.meta.url)('@noble/post-quantum/ml-dsa.js') as MlDsaSets;
  return loaded;
};
