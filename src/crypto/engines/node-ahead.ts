/**
 * Nonces and keys of P-256 that another thread makes ahead: multiplying their points is most of what a signature takes, and all of what a
 * key takes. A process that signs very often has that thread. The others make theirs themselves, as does one that finds none ready: no
 * ceremony waits for the thread.
 */
import type { MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { KeyPair } from '../key-pair.ts';
import { makeNonce, type Nonce } from './node-nonce.ts';

/** For fewer points a thread costs more than it saves: it takes as long to start as some thousand of them take, and 12 MB. */
const WORTH_A_THREAD = 4096;

/** What comes in one message. */
export interface Portions {
  /** Two numbers for each. */
  readonly nonces: bigint[];
  /** The secret of each, and the public key. */
  readonly keys: Uint8Array;
}

/** How long a key's secret is … */
export const SECRET = 32;
/** … with the public key. */
export const PAIR = 96;

/** A line for each kind. */
export type Lines = Readonly<Record<keyof Portions, MessagePort>>;

/** This thread's ends of the lines, and how to read them without a turn of the event loop. */
interface Thread {
  readonly lines: Lines;
  readonly receive: typeof receiveMessageOnPort;
}

let thread: Thread | undefined;
let missed = 0;

/** What came from the thread, and was not used yet. */
let nonces: Portions['nonces'] = [];
let keys: Portions['keys'] = new Uint8Array();

/** A nonce of chance for ES256. */
export function drawNonce(): Nonce {
  if (nonces.length === 0) nonces = portion('nonces') ?? nonces;
  if (nonces.length === 0) return makeNonce();
  return { inverse: nonces.pop() as bigint, r: nonces.pop() as bigint };
}

/** A key of P-256, of chance; undefined where none is ready. */
export function keyAhead(): Omit<KeyPair, 'algorithm'> | undefined {
  if (keys.length === 0) keys = portion('keys') ?? keys;
  if (keys.length === 0) return undefined;
  const key = { secret: keys.slice(0, SECRET), public: keys.slice(SECRET, PAIR) };
  keys = keys.subarray(PAIR);
  return key;
}

/** Takes what is there, and asks for as many again: one portion is used while another is made. */
function portion<Kind extends keyof Portions>(kind: Kind): Portions[Kind] | undefined {
  const received = thread?.receive(thread.lines[kind]);
  if (received !== undefined) thread?.lines[kind].postMessage(undefined);
  else if (++missed === WORTH_A_THREAD) startThread();
  return received?.message;
}

/** None beside other threads, whose program uses its cores already, and none where there is one core. */
function startThread(): void {
  try {
    const { availableParallelism } = process.getBuiltinModule('node:os');
    const { isMainThread, MessageChannel, receiveMessageOnPort, Worker } =
      process.getBuiltinModule('node:worker_threads');
    if (!isMainThread || availableParallelism() === 1) return;
    const [first, second] = [new MessageChannel(), new MessageChannel()];
    const ends = { nonces: first.port2, keys: second.port2 };
    const worker = new Worker(new URL('./node-ahead-thread.js', import.meta.url), {
      workerData: ends,
      transferList: Object.values(ends),
      // Without what the program loads into its own threads.
      execArgv: [],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
      // Not piped into the program's own, where a pipe's listeners make an error of a reader that has gone: it would end the program.
      stdout: true,
      stderr: true,
    });
    worker.unref();
    worker.on('error', () => {}); // Then nothing comes from it.
    const lines = { nonces: first.port1, keys: second.port1 };
    for (let portion = 0; portion < 2; portion++)
      for (const line of Object.values(lines)) line.postMessage(undefined);
    thread = { lines, receive: receiveMessageOnPort };
  } catch {
    // Refused, as by Node's permissions, or nothing of a bundle has a place of its own.
  }
}
