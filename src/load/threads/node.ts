/** Work on Node's worker threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { abortSignal, check, exactly, maybe, type Shape, whole } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { Answer, OnThreads, OpenCrew, Portion, ThreadFleet, ThreadOptions } from './types.ts';

/** How many portions a thread has at a time: one that it works on, and one so that it need not wait. */
const AT_A_TIME = 2;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** One thread, and who waits for its answers, which come in the order of what was asked. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #lost: { readonly reason: unknown } | undefined;

  constructor(fleet: ThreadFleet) {
    // Without the program's own flags: a thread is a file, and --input-type of a program that is none would end it.
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: fleet, execArgv: [] });
    this.#worker.on('message', (answer: Answer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (cause) => this.#lose(`failed: ${cause}`, cause));
    this.#worker.on('exit', (status) => this.#lose(`ended with status ${status}`));
  }

  get load(): number {
    return this.#waiting.length;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  ask(portion: Portion): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost.reason);
      this.#worker.postMessage(portion); // Throws for what cannot be cloned: then there is nothing to wait for.
      this.#waiting.push({ resolve, reject });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #lose(how: string, cause?: unknown): void {
    this.giveUp(new StuntkeyError('thread-lost', `a worker thread ${how}`, { cause }));
  }

  /** Nothing is waited for any more. */
  giveUp(reason: unknown): void {
    this.#lost ??= { reason };
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost.reason);
  }
}

const shape: Shape<ThreadOptions> = exactly({
  threads: maybe(whole(1, 256)),
  signal: maybe(abortSignal),
});

export const onThreads: OnThreads = async function* (fleet, portions, options = {}) {
  const { threads: count = availableParallelism(), signal } = check(shape, options, 'bad-options');
  signal?.throwIfAborted();
  const threads = Array.from({ length: count }, () => new Thread(fleet));
  const onAbort = (): void => {
    for (const thread of threads) thread.giveUp(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const under: Promise<Answer>[] = [];
  try {
    for await (const portion of portions) {
      const idlest = threads.reduce((least, thread) => (thread.load < least.load ? thread : least));
      const answer = idlest.ask(portion);
      answer.catch(() => {}); // Awaited in its turn; a rejection before that is not unhandled.
      under.push(answer);
      if (under.length >= AT_A_TIME * count) yield await (under.shift() as Promise<Answer>);
      signal?.throwIfAborted();
    }
    for (const answer of under) yield await answer;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(threads.map((thread) => thread.end()));
  }
};

export const openCrew: OpenCrew = (fleet, most = availableParallelism()) => {
  let threads: Thread[] = [];
  return {
    ask(portion) {
      // A lost thread failed only the calls that waited for it.
      threads = threads.filter((thread) => !thread.isLost);
      let idlest = threads.toSorted((a, b) => a.load - b.load)[0];
      if (idlest === undefined || (idlest.load > 0 && threads.length < most)) {
        idlest = new Thread(fleet);
        threads.push(idlest);
      }
      return idlest.ask(portion);
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.end()));
    },
  };
};
