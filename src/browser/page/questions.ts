/** The questions of one document, from asking to answering or forgetting. */
import { FLOODED, MOST_PENDING, type PageAnswer, type PageQuestion } from '../../page/messages.ts';
import type { Caller } from './caller.ts';

/** Answers questions. What it throws goes to the page as an error of the same name. */
export type Answerer = (question: PageQuestion, caller: Caller, signal: AbortSignal) => Promise<unknown>;

/** A document, as a driver knows it. */
export interface PageDocument {
  /** Origin, frames around it and permissions, from the browser: they do not change while the document lives. */
  caller(): Promise<Caller>;
  /** Hands an answer to the page's script. */
  deliver(answer: PageAnswer): Promise<unknown>;
}

/** For what the page has canceled, whatever came of it: it does not look at this, but knows that it is over. */
const CANCELED = { name: 'AbortError', message: 'The operation was aborted.' };

export class Questions {
  readonly #document: PageDocument;
  readonly #answer: Answerer;
  readonly #pending = new Map<number, AbortController>();
  #caller: Promise<Caller> | undefined;
  #over = false;

  constructor(document: PageDocument, answer: Answerer) {
    this.#document = document;
    this.#answer = answer;
  }

  /** The document goes away, and with it whoever waits. */
  end(): void {
    this.#over = true;
    for (const controller of this.#pending.values()) controller.abort();
  }

  /**
   * Takes what came through the way out: text that may be anything. The promise is always kept: a document to which no answer can be handed
   * has gone, by itself or with its browser, and nothing waits there any more.
   *
   * @param known of the document's user, where that is known better than by the page's script
   */
  async asked(payload: unknown, known: Pick<PageQuestion, 'active' | 'hidden'> = {}): Promise<void> {
    const read = readQuestion(payload);
    const question = read && { ...read, ...known };
    if (question === undefined || this.#over) return;
    const { id, op } = question;
    if (op === 'cancel') {
      this.#pending.get(id)?.abort();
      return;
    }
    if (this.#pending.size >= MOST_PENDING) {
      // The script in the page asks for no more than that; who gets around it is told the same.
      return this.#deliver({ id, error: { name: 'OperationError', message: FLOODED } });
    }
    const controller = new AbortController();
    this.#pending.set(id, controller);
    const answer = await this.#outcome(question, controller.signal);
    if (this.#pending.get(id) === controller) this.#pending.delete(id);
    if (this.#over) return;
    await this.#deliver(controller.signal.aborted ? { id, error: CANCELED } : answer);
  }

  async #deliver(answer: PageAnswer): Promise<void> {
    try {
      await this.#document.deliver(answer);
    } catch {}
  }

  async #outcome(question: PageQuestion, signal: AbortSignal): Promise<PageAnswer> {
    const { id } = question;
    try {
      return { id, value: await this.#answer(question, await this.#called(), signal) };
    } catch (thrown) {
      return { id, error: errorForPage(thrown) };
    }
  }

  /** Who asks. What could not be told once is asked for again. */
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

/** What a page learns of an error: nothing of one that is not WebAuthn's. */
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
