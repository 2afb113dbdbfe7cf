/** Work on Node's worker threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { abortSignal, check, exactly, maybe, type Shape, whole } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type {
  Answer,
  Ceremony,
  Ended,
  OnThreads,
  OpenCrew,
  Portion,
  ThreadFleet,
  ThreadOptions,
} from './types.ts';

/** How many portions a thread has at a time: one that it works on, and one so that it need not wait. */
const AT_A_TIME = 2;

/** The most ceremonies of one message: the first of them waits for the last. */
const MOST_AT_ONCE = 32;

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

/** A ceremony, and its caller. */
interface Asked {
  readonly ceremony: Ceremony;
  resolve(ended: Ended): void;
  reject(error: unknown): void;
}

/** A thread of a crew. Ceremonies that come while it works go to it together, because a message to a thread and back takes as long as a signature. */
class Hand {
  readonly thread: Thread;
  readonly #now: () => number;
  #waiting: Asked[] = [];
  #under = 0;

  constructor(fleet: ThreadFleet, now: () => number) {
    this.thread = new Thread(fleet);
    this.#now = now;
  }

  /** Ceremonies that have no answer. */
  get load(): number {
    return this.#waiting.length + this.#under;
  }

  ask(ceremony: Ceremony): Promise<Ended> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ceremony, resolve, reject });
      this.#go();
    });
  }

  #go(): void {
    if (this.thread.load < AT_A_TIME && this.#waiting.length > 0)
      void this.#send(this.#waiting.splice(0, MOST_AT_ONCE));
  }

  async #send(asked: readonly Asked[]): Promise<void> {
    this.#under += asked.length;
    try {
      const ceremonies = asked.map(({ ceremony }) => ceremony);
      const ended = await this.thread.ask({ kind: 'ceremonies', wall: this.#now(), ceremonies });
      for (const [place, one] of asked.entries()) one.resolve(ended[place] as Ended);
    } catch (error) {
      // What cannot be cloned is one caller's, and was not sent.
      const alone = asked.length > 1 && (error as Error).name === 'DataCloneError';
      for (const one of asked) {
        if (alone) void this.#send([one]);
        else one.reject(error);
      }
    }
    this.#under -= asked.length;
    this.#go();
  }
}

export const openCrew: OpenCrew = (fleet, now, most = availableParallelism()) => {
  let hands: Hand[] = [];
  return {
    async ask(ceremony) {
      // A lost thread failed only the calls that waited for it.
      hands = hands.filter(({ thread }) => !thread.isLost);
      const [first] = hands;
      let idlest = first && hands.reduce((least, hand) => (hand.load < least.load ? hand : least), first);
      if (idlest === undefined || (idlest.load > 0 && hands.length < most)) {
        idlest = new Hand(fleet, now);
        hands.push(idlest);
      }
      return idlest.ask(ceremony);
    },
    async close() {
      await Promise.all(hands.splice(0).map(({ thread }) => thread.end()));
    },
  };
};
