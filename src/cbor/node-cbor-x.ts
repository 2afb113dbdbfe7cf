/** cbor-x on Node, loaded when the first value needs it: its four modules were a sixth of the time that importing stuntkey took. */
import { createRequire } from 'node:module';
import type { Encoder } from 'cbor-x/encode';

interface CborX {
  readonly Encoder: typeof Encoder;
}

// (One file of CommonJS, with neither the native part of cbor-x nor code made of texts. It is asked for once: cbor.ts keeps its coder.)
export const cborX = (): CborX => createRequire(import.meta.url)('cbor-x/index-no-eval') as CborX;
