/**
 * A server whose text a visitor may change: it runs in a worker, without a network, and is ended when it does not answer in time.
 * What comes from it is a stranger's: texts, and JSON of a bounded length.
 */
import type { RelyingPartyCallbacks, Visit } from '../audit/targets/callbacks.ts';
import type { Clock } from '../base/clock.ts';
import { timer } from '../base/timer.ts';

/** What is in the worker, beside this script where it is built (scripts/playground.js). */
const SERVE = './serve.js';
/** Milliseconds for one answer: a server that takes longer loops. */
const LONGEST_WAIT = 10_000;
/** Characters of the longest answer. */
const LONGEST_ANSWER = 1024 * 1024;
/** What a server imports by this name is a file beside the page. */
const VERIFY = /(['"])stuntkey\/verify\1/g;

/** The server cannot run, or does not any more. */
class ServerError extends Error {
  override readonly name = 'ServerError';
}

/** One function of a server. */
type FunctionName = `${'registration' | 'authentication'}.${'options' | 'verify'}` | 'whoAmI';

interface Answer {
  readonly ready?: unknown;
  readonly origin?: unknown;
  readonly whoAmI?: unknown;
  readonly broken?: unknown;
  readonly call?: unknown;
  readonly json?: unknown;
  readonly error?: unknown;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly stop: () => void;
}

export class Server {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #urls: readonly string[];
  readonly #waiting = new Map<number, Waiting>();
  readonly #over = new AbortController();
  #calls = 0;
  #origin = '';
  #knowsUser = false;

  private constructor(text: string, clock: Clock) {
    this.#clock = clock;
    const files = new URL(SERVE, import.meta.url).href;
    const server = urlOf(text.replace(VERIFY, () => JSON.stringify(files)));
    // (Imported, and not made part of it: so there is a message for a text that cannot be read.)
    const start = urlOf(`import { serve } from ${JSON.stringify(files)};
import(${JSON.stringify(server)}).then(serve).catch((error) => postMessage({ broken: String(error) }));`);
    this.#urls = [server, start];
    this.#worker = new Worker(start, { type: 'module' });
  }

  /**
   * Starts a server.
   *
   * @param text a module that exports `relyingParty`
   * @throws ServerError
   */
  static async start(text: string, clock: Clock): Promise<Server> {
    const server = new Server(text, clock);
    try {
      const { origin, whoAmI } = (await server.#asked(0)) as Answer;
      if (typeof origin !== 'string')
        throw new ServerError(`relyingParty.origin: expected a text, got ${typeof origin}`);
      server.#origin = origin;
      server.#knowsUser = whoAmI === true;
      return server;
    } catch (error) {
      server.end((error as Error).message);
      throw error;
    }
  }

  /** Where it believes that its pages are. */
  get origin(): string {
    return this.#origin;
  }

  /** Whether it can say who is signed in. */
  get knowsUser(): boolean {
    return this.#knowsUser;
  }

  /** Aborted when it ends, with the reason. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * Calls a function.
   *
   * @param visitor whose session it is
   * @throws Error with the server's own message; ServerError where it has ended
   */
  async call(name: FunctionName, visitor: number, ...args: readonly unknown[]): Promise<unknown> {
    if (this.over.aborted) throw this.over.reason;
    this.#calls += 1;
    const call = this.#calls;
    this.#worker.postMessage({ call, name, visitor, args });
    const { json, error } = (await this.#asked(call)) as Answer;
    if (error !== undefined) throw new Error(shortened(String(error)));
    if (json === undefined) return undefined;
    if (typeof json !== 'string' || json.length > LONGEST_ANSWER)
      throw new Error(`${name}: expected an answer of at most ${LONGEST_ANSWER} characters in JSON`);
    return JSON.parse(json);
  }

  end(reason = 'the server was ended'): void {
    if (this.over.aborted) return;
    this.#worker.terminate();
    for (const url of this.#urls) URL.revokeObjectURL(url);
    const error = new ServerError(reason);
    this.#over.abort(error);
    for (const { reject, stop } of this.#waiting.values()) {
      stop();
      reject(error);
    }
    this.#waiting.clear();
  }

  /** The answer to a call; that to 0 says that it is ready. */
  #asked(call: number): Promise<unknown> {
    if (call === 0) {
      this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(Object(data) as Answer);
      this.#worker.onmessageerror = () => this.end('the server sent what cannot be read');
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.end(shortened(event.message ?? 'the server cannot be started'));
      };
    }
    return new Promise((resolve, reject) => {
      const stop = timer(this.#clock, LONGEST_WAIT, () =>
        this.end(
          `the server did not answer within ${LONGEST_WAIT / 1000} seconds, and was ended: does it loop?`,
        ),
      );
      this.#waiting.set(call, { resolve, reject, stop });
    });
  }

  #heard(answer: Answer): void {
    if (answer.broken !== undefined) this.end(shortened(String(answer.broken)));
    const call = answer.ready === true ? 0 : Number(answer.call);
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return;
    this.#waiting.delete(call);
    waiting.stop();
    waiting.resolve(answer);
  }
}

/** A server as the audit takes it. */
export function relyingPartyOf(server: Server, name: string): RelyingPartyCallbacks {
  const visitors = new WeakMap<object, number>();
  let count = 0;
  const visitorOf = ({ session }: Pick<Visit, 'session'>): number => {
    const known = visitors.get(session);
    if (known !== undefined) return known;
    count += 1;
    visitors.set(session, count);
    return count;
  };
  const ceremony = (which: 'registration' | 'authentication'): RelyingPartyCallbacks['registration'] => ({
    options: (request, visit) =>
      server.call(`${which}.options`, visitorOf(visit), request, {
        user: visit.user,
        headers: visit.headers,
      }),
    verify: (response, visit) =>
      server.call(`${which}.verify`, visitorOf(visit), response, {
        user: visit.user,
        headers: visit.headers,
      }),
  });
  return {
    name,
    origin: server.origin,
    registration: ceremony('registration'),
    authentication: ceremony('authentication'),
    ...(server.knowsUser && { whoAmI: (visit) => server.call('whoAmI', visitorOf(visit)) }),
  };
}

function urlOf(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}

function shortened(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
