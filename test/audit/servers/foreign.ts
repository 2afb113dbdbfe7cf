/**
 * Libraries in other languages: a process of theirs, which is asked in JSON, a line a question. What is around a library is
 * application.ts, as for those in ours.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Kept, type Library, ORIGIN, RP_ID } from './application.ts';

export interface Foreign extends Kept {
  /** As the library keeps it. */
  readonly key: unknown;
}

interface Question {
  readonly do: 'register' | 'sign-in';
  readonly response: unknown;
  readonly challenge: string;
  readonly account: object;
  readonly kept?: Foreign;
}

/** The path of a program beside this file. */
export const programOf = (name: string): string =>
  fileURLToPath(new URL(`./foreign/${name}`, import.meta.url));

/** The process has ended: what was asked has brought it down. */
class Ended extends Error {
  constructor(message: string) {
    super(message, { cause: 500 });
  }
}

/** A process that answers one question after another. */
class Asked {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(command: readonly string[]) {
    const [program, ...args] = command as [string, ...string[]];
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    // The reader of the next line sees that it has ended.
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  ask(question: Question): Promise<unknown> {
    const answer = this.#last.then(() => this.#ask(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #ask(question: Question): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { done, value } = await this.#lines.next();
    if (done) throw new Ended(`its process has ended: ${this.#child.exitCode ?? this.#child.signalCode}`);
    const { said, refused, broke } = JSON.parse(value) as {
      said?: unknown;
      refused?: string;
      broke?: string;
    };
    if (broke !== undefined) throw new Error(broke, { cause: 500 });
    if (said === undefined) throw new Error(refused);
    return said;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}

const described = (ids: readonly string[]) => ids.map((id) => ({ type: 'public-key' as const, id }));
const challenge = (): string => randomBytes(32).toString('base64url');

/**
 * A library that a program speaks for.
 *
 * @param algorithms that its documentation asks for, by COSE number
 */
export function foreign(
  name: string,
  command: readonly string[],
  algorithms: readonly number[],
): Library<Foreign> & { end(): Promise<void> } {
  let process: Asked | undefined;
  const ask = (question: Question): Promise<unknown> => {
    process ??= new Asked([...command, RP_ID, ORIGIN]);
    return process.ask(question).catch((error) => {
      if (error instanceof Ended) process = undefined;
      throw error;
    });
  };
  return {
    name,
    creationOptions: async (account, exclude) => ({
      challenge: challenge(),
      rp: { id: RP_ID, name: 'Example' },
      user: { id: account.handle, name: account.name, displayName: account.name },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      excludeCredentials: described(exclude),
    }),
    verifyRegistration: (response, asked, account) =>
      ask({ do: 'register', response, challenge: asked, account }) as Promise<Foreign>,
    requestOptions: async (allow) => ({
      challenge: challenge(),
      rpId: RP_ID,
      allowCredentials: described(allow),
      userVerification: 'preferred',
    }),
    async verifyAuthentication(response, asked, kept, account) {
      const { counter } = (await ask({ do: 'sign-in', response, challenge: asked, account, kept })) as Kept;
      return counter;
    },
    async end() {
      await process?.end();
    },
  };
}
