/** The door between us and the documents that one session reaches: questions come in, answers go back. */
import { type CdpEvent, type CdpSession, Listeners } from '../cdp-session.ts';
import { ifStillThere } from '../targets.ts';
import { type Caller, type Frames, framesOf, originFromCdp, permissionsOf } from './caller.ts';
import { type PageAnswer, type PageQuestion, pageScript } from './script.ts';

/** The name of the way out, until the page script takes it away. */
const NAME = '__stuntkey';

/** Answers questions. What it throws goes to the page as an error of the same name. */
export type Answerer = (question: PageQuestion, caller: Caller, signal: AbortSignal) => Promise<unknown>;

/** A document's main world. */
interface Context {
  readonly id: number;
  readonly frameId: string;
  readonly origin: string;
  readonly pending: Map<number, AbortController>;
  caller?: Promise<Caller>;
}

export class PageDoor {
  readonly #session: CdpSession;
  readonly #parent: PageDoor | undefined;
  readonly #answer: Answerer;
  readonly #listeners: Listeners;
  readonly #contexts = new Map<number, Context>();
  #script: string | undefined;

  constructor(session: CdpSession, parent: PageDoor | undefined, answer: Answerer) {
    this.#session = session;
    this.#parent = parent;
    this.#answer = answer;
    this.#listeners = new Listeners(session);
  }

  /** Opens it, in documents that are there and in those that come. Everything is sent before the first wait. */
  async open(): Promise<void> {
    this.#listeners.on<{ context: CdpEvent }>('Runtime.executionContextCreated', ({ context }) =>
      this.#enter(context),
    );
    this.#listeners.on<{ executionContextId: number }>('Runtime.executionContextDestroyed', (event) =>
      this.#leave(event.executionContextId),
    );
    this.#listeners.on('Runtime.executionContextsCleared', () => {
      for (const id of [...this.#contexts.keys()]) this.#leave(id);
    });
    this.#listeners.on<{ name: string; payload: string; executionContextId: number }>(
      'Runtime.bindingCalled',
      ({ name, payload, executionContextId }) => {
        const context = this.#contexts.get(executionContextId);
        if (name === NAME && context !== undefined) void this.#asked(context, payload);
      },
    );
    const session = this.#session;
    const [, , , added] = await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: NAME }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: `(${pageScript.toString()})(${JSON.stringify(NAME)})`,
        runImmediately: true,
      }),
    ]);
    this.#script = (added as { identifier: string }).identifier;
  }

  /** Puts every document back as it was. */
  async close(): Promise<void> {
    const session = this.#session;
    const contexts = [...this.#contexts.values()];
    await ifStillThere(
      Promise.all([
        session.send('Runtime.removeBinding', { name: NAME }),
        session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: this.#script }),
        ...contexts.map((context) => this.#deliver(context, { restore: true })),
      ]),
    );
    this.forget();
    await ifStillThere(session.detach());
  }

  /** Ends what is under way; the session is gone, or about to be. */
  forget(): void {
    this.#listeners.off();
    for (const id of [...this.#contexts.keys()]) this.#leave(id);
  }

  #enter(description: CdpEvent): void {
    const { id, origin, auxData } = description as {
      id: number;
      origin: string;
      auxData?: { isDefault: boolean; frameId: string };
    };
    if (auxData?.isDefault !== true) return;
    this.#contexts.set(id, {
      id,
      frameId: auxData.frameId,
      origin: originFromCdp(origin),
      pending: new Map(),
    });
  }

  #leave(id: number): void {
    const context = this.#contexts.get(id);
    this.#contexts.delete(id);
    for (const controller of context?.pending.values() ?? []) controller.abort();
  }

  async #asked(context: Context, payload: string): Promise<void> {
    const question = readQuestion(payload);
    if (question === undefined || context.pending.size > MOST_PENDING) return;
    const { id, op } = question;
    if (op === 'cancel') {
      context.pending.get(id)?.abort();
      return;
    }
    const controller = new AbortController();
    context.pending.set(id, controller);
    const answer = await this.#outcome(question, context, controller.signal);
    context.pending.delete(id);
    if (this.#contexts.get(context.id) !== context || controller.signal.aborted) return;
    await ifStillThere(this.#deliver(context, answer));
  }

  async #outcome(question: PageQuestion, context: Context, signal: AbortSignal): Promise<PageAnswer> {
    const { id } = question;
    try {
      context.caller ??= this.#callerOf(context);
      return { id, value: await this.#answer(question, await context.caller, signal) };
    } catch (thrown) {
      const known = thrown instanceof DOMException || thrown instanceof TypeError;
      const { name, message } = known
        ? thrown
        : new DOMException('An unknown error occurred.', 'UnknownError');
      return { id, error: { name, message } };
    }
  }

  #deliver(context: Context, answer: PageAnswer): Promise<unknown> {
    return this.#session.send('Runtime.callFunctionOn', {
      executionContextId: context.id,
      functionDeclaration: `(text) => globalThis[${JSON.stringify(NAME)}]?.(text)`,
      arguments: [{ value: JSON.stringify(answer) }],
    });
  }

  /** Origin, frames around it and permissions of a document: they do not change while it lives. */
  async #callerOf(context: Context): Promise<Caller> {
    const [frames, permissions] = await Promise.all([
      framesOf(this.#session),
      permissionsOf(this.#session, context.frameId),
    ]);
    const ancestors = await this.#ancestors(frames, context.frameId);
    return { origin: context.origin, ancestors, permissions };
  }

  async #ancestors(frames: Frames, frameId: string): Promise<string[]> {
    const parentId = frames.get(frameId)?.parentId;
    if (parentId === undefined) return [];
    const here = frames.get(parentId);
    if (here !== undefined) return [this.#originOf(here), ...(await this.#ancestors(frames, parentId))];
    const outer = this.#parent;
    if (outer === undefined) return ['null'];
    return outer.#fromInside(parentId);
  }

  /** The origins from one of our frames outwards, for a frame inside it that has its own process. */
  async #fromInside(frameId: string): Promise<string[]> {
    const frames = await framesOf(this.#session);
    const frame = frames.get(frameId);
    if (frame === undefined) return this.#parent === undefined ? ['null'] : this.#parent.#fromInside(frameId);
    return [this.#originOf(frame), ...(await this.#ancestors(frames, frameId))];
  }

  /** A frame without an address of its own has its creator's origin, which only its context tells. */
  #originOf(frame: { readonly id: string; readonly securityOrigin: string }): string {
    const contexts = [...this.#contexts.values()].filter(({ frameId }) => frameId === frame.id);
    return contexts.at(-1)?.origin ?? originFromCdp(frame.securityOrigin);
  }
}

/** More questions than that at once, from one document, are not asked by anyone who wants answers. */
const MOST_PENDING = 64;

function readQuestion(payload: string): PageQuestion | undefined {
  try {
    const question = JSON.parse(payload) as PageQuestion | null;
    return typeof question?.id === 'number' && typeof question.op === 'string' ? question : undefined;
  } catch {
    return undefined;
  }
}
