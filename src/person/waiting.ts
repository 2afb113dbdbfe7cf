/** Prompts that wait for an answer from outside, such as a click: those of a person who is told to `ask`. */
import type { UserAnswer, UserPrompt } from './answers.ts';

/** A prompt that waits. */
export interface WaitingPrompt {
  /** 1 for the first, then one more each. */
  readonly number: number;
  readonly prompt: UserPrompt;
}

/** Called when a prompt begins to wait, and when it waits no more. */
export type WaitingListener = (change: 'asked' | 'over', waiting: WaitingPrompt) => void;

interface Entry extends WaitingPrompt {
  readonly resolve: (answer: UserAnswer) => void;
}

/** A device asks one thing at a time; over U2F, prompts of before a power cycle may be left. */
const MOST = 100;

/**
 * Prompts that wait for an answer from outside. `user.waiting` has those of a `ScriptedUser` that is told to `ask`.
 *
 * @example
 * ```js
 * import { Authenticator, ScriptedUser } from 'stuntkey';
 * const user = new ScriptedUser({ presence: 'ask' });
 * const selected = new Authenticator({ user }).selection();
 * while (user.waiting.list().length === 0) await new Promise(setImmediate);
 * user.waiting.answer(1, 'approve');
 * await selected;
 * ```
 */
export class Waiting {
  #last = 0;
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<WaitingListener>();

  /** Those that wait, the longest first. */
  list(): WaitingPrompt[] {
    return [...this.#entries.values()].map(({ number, prompt }) => ({ number, prompt }));
  }

  /** The prompt of a number, if it waits. */
  get(number: number): WaitingPrompt | undefined {
    return this.#entries.get(number);
  }

  /** @returns the answer, whenever it comes */
  ask(prompt: UserPrompt): Promise<UserAnswer> {
    return new Promise((resolve) => {
      const entry = { number: ++this.#last, prompt, resolve };
      this.#entries.set(entry.number, entry);
      const [longest] = this.#entries.keys();
      if (this.#entries.size > MOST && longest !== undefined) this.answer(longest, 'ignore');
      this.#tell('asked', entry);
    });
  }

  /** Answers a prompt; false if it does not wait any more. */
  answer(number: number, answer: UserAnswer): boolean {
    const entry = this.#entries.get(number);
    if (entry === undefined) return false;
    this.#end(entry);
    entry.resolve(answer);
    return true;
  }

  /** The device asks no more: it gave up, or the platform canceled. */
  leave(prompt: UserPrompt): void {
    for (const entry of this.#entries.values()) if (entry.prompt === prompt) this.#end(entry);
  }

  /** @returns what ends it */
  watch(listener: WaitingListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #end(entry: Entry): void {
    this.#entries.delete(entry.number);
    this.#tell('over', entry);
  }

  #tell(change: 'asked' | 'over', { number, prompt }: Entry): void {
    for (const listener of [...this.#listeners]) listener(change, { number, prompt });
  }
}
