/**
 * Nonces from another thread, which makes them ahead: multiplying their points is most of what a signature takes. A process that signs very
 * often has that thread. The others make their nonces themselves, as does one that finds none ready: no signature waits for the thread.
 */
import type { MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { makeNonce, type Nonce } from './node-nonce.ts';

/** For fewer signatures a thread costs more than it saves: it takes as long to start as some thousand nonces take to make, and 12 MB. */
const WORTH_A_THREAD = 4096;

/** The thread's end of the line, and how to read it without a turn of the event loop. */
interface Line {
  readonly port: MessagePort;
  readonly receive: typeof receiveMessageOnPort;
}

let line: Line | undefined;
let drawn = 0;

/** What came from the thread: of each nonce its two numbers. */
let numbers: bigint[] = [];

/** A nonce of chance for ES256. */
export function drawNonce(): Nonce {
  if (numbers.length === 0 && line !== undefined) fetchSome(line);
  if (numbers.length > 0) return { inverse: numbers.pop() as bigint, r: numbers.pop() as bigint };
  if (++drawn === WORTH_A_THREAD) startThread();
  return makeNonce();
}

/** Takes what is there, and asks for as many again: one portion is used while another is made. */
function fetchSome({ port, receive }: Line): void {
  const received = receive(port);
  if (received === undefined) return;
  numbers = received.message;
  port.postMessage(undefined);
}

/** None beside other threads, whose program uses its cores already, and none where there is one core. */
function startThread(): void {
  try {
    const { availableParallelism } = process.getBuiltinModule('node:os');
    const { isMainThread, MessageChannel, receiveMessageOnPort, Worker } =
      process.getBuiltinModule('node:worker_threads');
    if (!isMainThread || availableParallelism() === 1) return;
    const { port1: port, port2 } = new MessageChannel();
    const thread = new Worker(new URL('./node-nonces-thread.js', import.meta.url), {
      workerData: port2,
      transferList: [port2],
      // Without what the program loads into its own threads.
      execArgv: [],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    thread.unref();
    thread.on('error', () => {}); // Then nothing comes from it.
    line = { port, receive: receiveMessageOnPort };
    for (let portion = 0; portion < 2; portion++) port.postMessage(undefined);
  } catch {
    // Refused, as by Node's permissions, or nothing of a bundle has a place of its own.
  }
}
