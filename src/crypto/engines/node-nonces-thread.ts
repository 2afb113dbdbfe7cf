/** What runs on the thread that makes nonces ahead: a portion of them, each time that it is asked. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { makeNonce } from './node-nonce.ts';

/** As many as make a message cheap: it takes as long as one nonce. */
const PORTION = 128;

const port = workerData as MessagePort;

port.on('message', () => {
  const numbers: bigint[] = [];
  for (let i = 0; i < PORTION; i++) {
    const { r, inverse } = makeNonce();
    numbers.push(r, inverse);
  }
  port.postMessage(numbers);
});
