/**
 * Three ways to have node:crypto sign. On this thread is the fastest for one: another thread costs two to three times the
 * 25 µs of a P-256 signature before the answer is back. For many at once the thread pool wins, as there is more
 * than one core. (ES256 signatures are not made here: node-ecdsa.ts.)
 */
import type { SignatureAlgorithm } from '../algorithms.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import type { KeyInput } from './node-keys.ts';

/** One signature to make. */
export interface SignJob {
  /** null where the algorithm has its own. */
  readonly hash: string | null;
  readonly data: Uint8Array;
  readonly input: KeyInput;
}

interface WaitingJob {
  readonly job: SignJob;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
}

/** From how many at once the thread pool is faster, measured on two cores: where a signature takes tens of microseconds … */
const MANY_CHEAP = 16;
/** … and where it takes hundreds. */
const MANY_DEAR = 2;

/** The same bytes without Buffer's methods; for buffers without another owner. */
const view = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Signs here and now. */
export function signNow({ hash, data, input }: SignJob): Uint8Array {
  return view(nodeCrypto().sign(hash, data, input));
}

/** Signs in the thread pool. */
export function signAside(job: SignJob): Promise<Uint8Array> {
  return new Promise((resolve, reject) => signInPool({ job, resolve, reject }));
}

function signInPool({ job, resolve, reject }: WaitingJob): void {
  nodeCrypto().sign(job.hash, job.data, job.input, (error, signature) => {
    if (error === null) resolve(view(signature));
    else reject(error);
  });
}

let waiting: WaitingJob[] = [];
let threshold = MANY_CHEAP;

/** Waits for the end of this turn. The number of requests that arrived in it decides which way is faster. */
export function signTogether(job: SignJob, algorithm: SignatureAlgorithm): Promise<Uint8Array> {
  // Not queueMicrotask, which costs Node an AsyncResource.
  if (waiting.length === 0) endOfTurn.then(signWaiting);
  if (isDear(algorithm)) threshold = MANY_DEAR;
  return new Promise((resolve, reject) => waiting.push({ job, resolve, reject }));
}

const endOfTurn: Promise<void> = Promise.resolve();

function isDear(algorithm: SignatureAlgorithm): boolean {
  return !('curve' in algorithm && (algorithm.curve === 'P-256' || algorithm.curve === 'Ed25519'));
}

function signWaiting(): void {
  const jobs = waiting;
  const sign = jobs.length >= threshold ? signInPool : signHere;
  waiting = [];
  threshold = MANY_CHEAP;
  for (const job of jobs) sign(job);
}

function signHere({ job, resolve, reject }: WaitingJob): void {
  try {
    resolve(signNow(job));
  } catch (error) {
    reject(error);
  }
}
