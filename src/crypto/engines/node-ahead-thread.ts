/** What runs on the thread that makes nonces and keys ahead: a portion of them, each time that one is asked for. */
import { workerData } from 'node:worker_threads';
import { ES256 } from '../algorithms.ts';
import { platform } from '../platform/node.ts';
import { drawScalar } from '../scalar.ts';
import { type Lines, PAIR, type Portions, SECRET } from './node-ahead.ts';
import { chance, makeNonce } from './node-nonce.ts';

/** As many as make a message cheap: it takes as long as one of them. */
const PORTION = 128;

const makers: { readonly [Kind in keyof Portions]: () => Portions[Kind] } = {
  nonces() {
    const numbers: bigint[] = [];
    for (let i = 0; i < PORTION; i++) {
      const { r, inverse } = makeNonce();
      numbers.push(r, inverse);
    }
    return numbers;
  },
  keys() {
    const bytes = new Uint8Array(PORTION * PAIR);
    for (let at = 0; at < bytes.length; at += PAIR) {
      const secret = drawScalar(ES256, chance);
      bytes.set(secret, at);
      bytes.set(platform.publicKey(ES256.curve, secret), at + SECRET);
    }
    return bytes;
  },
};

for (const [kind, line] of Object.entries(workerData as Lines))
  line.on('message', () => line.postMessage(makers[kind as keyof Portions]()));
