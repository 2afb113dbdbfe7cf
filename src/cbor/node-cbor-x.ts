/** cbor-x on Node, loaded when the first value needs it: its four modules were a sixth of the time that importing stuntkey took. */
import { createRequire } from 'node:module';
import type { Encoder } from 'cbor-x/encode';

interface CborX {
  readonly Encoder: typeof Encoder;
}

let loaded: CborX | undefined;

// (One file of CommonJS, with neither the native part of cbor-x nor code made of texts.)
export const cborX = (): CborX => {
  loaded ??= createRequire(import.meta.url)('cbor-x/index-no-eval') as CborX;
  return loaded;
};
