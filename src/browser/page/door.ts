/** The door between us and the documents that one session reaches: questions come in, answers go back. */
import type { CdpEvent, CdpSession } from '../cdp-session.ts';
import { Listeners } from '../listeners.ts';
import { ifStillThere } from '../targets.ts';
import { type Caller, type Frames, framesOf, originFromCdp, permissionsOf } from './caller.ts';
import { type Answerer, Questions } from './questions.ts';
import { PAGE_SCRIPT, type PageAnswer } from './script.ts';

/** The name of the way out, until the page script takes it away. */
const NAME = '__stuntkey';

/** A document's main world. */
interface Context {
  readonly id: number;
  readonly frameId: string;
  readonly origin: string;
  readonly questions: Questions;
}

export class PageDoor {
  readonly #session: CdpSession;
  readonly #parent: PageDoor | undefined;
  readonly #answer: Answerer;
  readonly #listeners: Listeners;
  readonly #contexts = new Map<number, Context>();
  #script: string | undefined;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(session: CdpSession, parent: PageDoor | undefined, answer: Answerer) {
    this.#session = session;
    this.#parent = parent;
    this.#answer = answer;
    this.#listeners = new Listeners(session);
  }

  /** Opens it, in documents that are there and in those that come. Everything is sent before the first wait. */
  open(): Promise<void> {
    const opening = this.#open();
    this.#opening = opening.catch(() => undefined);
    return opening;
  }

  async #open(): Promise<void> {
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
        if (name === NAME) void context?.questions.asked(payload);
      },
    );
    const session = this.#session;
    const [, , , added] = await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: NAME }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: `(${PAGE_SCRIPT})(${JSON.stringify(NAME)})`,
        runImmediately: true,
      }),
    ]);
    this.#script = (added as { identifier: string }).identifier;
  }

  /** Puts every document back as it was. @param inside doors of frames in it, which close before its session ends */
  async close(inside: readonly Promise<unknown>[]): Promise<void> {
    // A page may not have answered so far.
    await this.#opening;
    const session = this.#session;
    const contexts = [...this.#contexts.values()];
    await Promise.all([
      ifStillThere(session.send('Runtime.removeBinding', { name: NAME })),
      ifStillThere(session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: this.#script })),
      ...contexts.map(({ id }) => ifStillThere(this.#deliver(id, { restore: true }))),
    ]);
    this.forget();
    await Promise.allSettled(inside);
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
    const { frameId } = auxData;
    const document = {
      caller: () => this.#callerOf(frameId, originFromCdp(origin)),
      deliver: (answer: PageAnswer) => this.#deliver(id, answer),
    };
    const questions = new Questions(document, this.#answer);
    this.#contexts.set(id, { id, frameId, origin: originFromCdp(origin), questions });
  }

  #leave(id: number): void {
    this.#contexts.get(id)?.questions.end();
    this.#contexts.delete(id);
  }

  #deliver(executionContextId: number, answer: PageAnswer): Promise<unknown> {
    return this.#session.send('Runtime.callFunctionOn', {
      executionContextId,
      functionDeclaration: `(text) => globalThis[${JSON.stringify(NAME)}]?.(text)`,
      arguments: [{ value: JSON.stringify(answer) }],
    });
  }

  async #callerOf(frameId: string, origin: string): Promise<Caller> {
    const [frames, permissions] = await Promise.all([
      framesOf(this.#session),
      permissionsOf(this.#session, frameId),
    ]);
    return { origin, ancestors: await this.#ancestors(frames, frameId), permissions };
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
