/** The questions of one document, until they are answered or dropped. */
import { Canceler, type CancelSignal } from '../../base/canceler.ts';
import { FLOODED, MOST_PENDING, type PageAnswer, type PageQuestion } from '../../page/messages.ts';
import type { Caller } from './caller.ts';

/** Answers questions. Its errors go to the page under the same name. */
export type Answerer = (question: PageQuestion, caller: Caller, signal: CancelSignal) => Promise<unknown>;

/** A document, as a driver knows it. */
export interface PageDocument {
  /** Origin, frames around it and permissions, from the browser: they do not change while the document lives. */
  caller(): Promise<Caller>;
  /** What is to be known of its user, where the page's script was told by something else than the browser. */
  user?(): Promise<Pick<PageQuestion, 'active' | 'hidden'>>;
  /** Hands an answer to the page's script. */
  deliver(answer: PageAnswer): Promise<unknown>;
}

/** The answer to a canceled question. The page ignores it, but learns that the question is over. */
const CANCELED = { name: 'AbortError', message: 'The operation was aborted.' };

export class Questions {
  readonly #document: PageDocument;
  readonly #answer: Answerer;
  readonly #pending = new Map<number, Canceler>();
  #caller: Promise<Caller> | undefined;
  #over = false;

  constructor(document: PageDocument, answer: Answerer) {
    this.#document = document;
    this.#answer = answer;
  }

  /** The document goes away, and with it every caller that waits. */
  end(): void {
    this.#over = true;
    for (const canceler of this.#pending.values()) canceler.abort();
  }

  /**
   * Takes a question's text, which may be anything. The promise always resolves: a document that no answer can be sent to
   * has gone, alone or with its browser, and nothing waits there.
   */
  async asked(payload: unknown): Promise<void> {
    const question = readQuestion(payload);
    if (question === undefined || this.#over) return;
    const { id, op } = question;
    if (op === 'cancel') {
      this.#pending.get(id)?.abort();
      return;
    }
    if (this.#pending.size >= MOST_PENDING) {
      // The script in the page has the same limit; a page that gets around it gets the same answer.
      return this.#deliver({ id, error: { name: 'OperationError', message: FLOODED } });
    }
    const canceler = new Canceler();
    this.#pending.set(id, canceler);
    const answer = await this.#outcome(question, canceler);
    if (this.#pending.get(id) === canceler) this.#pending.delete(id);
    if (this.#over) return;
    await this.#deliver(canceler.aborted ? { id, error: CANCELED } : answer);
  }

  async #deliver(answer: PageAnswer): Promise<void> {
    try {
      await this.#document.deliver(answer);
    } catch {}
  }

  async #outcome(question: PageQuestion, signal: CancelSignal): Promise<PageAnswer> {
    const { id } = question;
    try {
      const caller = await this.#called();
      const user = question.plain === false ? await this.#document.user?.() : undefined;
      return { id, value: await this.#answer({ ...question, ...user }, caller, signal) };
    } catch (thrown) {
      return { id, error: errorForPage(thrown) };
    }
  }

  /** The caller. If it could not be found, it is asked for again. */
  async #called(): Promise<Caller> {
    this.#caller ??= this.#document.caller();
    try {
      return await this.#caller;
    } catch (error) {
      this.#caller = undefined;
      throw error;
    }
  }
}

/** What a page learns about an error: nothing, if it is no error of WebAuthn. */
export function errorForPage(thrown: unknown): { readonly name: string; readonly message: string } {
  const known = thrown instanceof DOMException || thrown instanceof TypeError;
  const { name, message } = known ? thrown : new DOMException('An unknown error occurred.', 'UnknownError');
  return { name, message };
}

function readQuestion(payload: unknown): PageQuestion | undefined {
  try {
    const question = JSON.parse(payload as string) as PageQuestion | null;
    return typeof question?.id === 'number' && typeof question.op === 'string' ? question : undefined;
  } catch {
    return undefined;
  }
}
