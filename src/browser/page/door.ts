/** The channel between us and the documents that one session reaches: questions come in, answers go back. */

import { PAGE_SCRIPT } from '#page-script';
import type { PageAnswer, PageQuestion } from '../../page/messages.ts';
import type { CdpEvent, CdpSession } from '../cdp-session.ts';
import { ifStillThere } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { type Caller, type Frames, framesOf, originFromCdp, permissionsOf } from './caller.ts';
import { DELIVER_BY_CALL, DELIVER_BY_EVENT } from './deliver.ts';
import { isExtension, permissionsOfExtension } from './extension.ts';
import { type Answerer, Questions } from './questions.ts';

/** A document: its main world, in which the page's script asks. */
interface Document {
  readonly id: number;
  readonly frameId: string;
  readonly origin: string;
  readonly questions: Questions;
  /** The listener of the page's script, which is called with answers; undefined where it cannot be found. Few documents ask. */
  listener?: Promise<string | undefined>;
  /** An isolated world beside it. Chromium makes one for each later document of the frame, too: only where nothing else does it. */
  beside?: Promise<number>;
}

/** Asked in a world beside the page's, where its scripts have changed nothing. */
const USER = '() => ({ active: navigator.userActivation?.isActive === true, hidden: document.hidden })';

export class PageDoor {
  readonly #session: CdpSession;
  readonly #parent: PageDoor | undefined;
  readonly #answer: Answerer;
  readonly #listeners: Listeners;
  /** By their main worlds. */
  readonly #documents = new Map<number, Document>();
  /** The type of events to the page's script, and the way out, of which the page can guess neither. */
  readonly #token = `stuntkey-${crypto.randomUUID()}`;
  readonly #out = `stuntkey-${crypto.randomUUID()}`;
  #script: string | undefined;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(session: CdpSession, parent: PageDoor | undefined, answer: Answerer) {
    this.#session = session;
    this.#parent = parent;
    this.#answer = answer;
    this.#listeners = new Listeners(session);
  }

  /** Opens it, in present and in later documents. Everything is sent before the first wait. */
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
      this.#leaveAll();
    });
    this.#listeners.on<{ name: string; payload: string; executionContextId: number }>(
      'Runtime.bindingCalled',
      ({ name, payload, executionContextId: id }) => {
        const document = this.#documents.get(id);
        if (name !== this.#out || document === undefined) return;
        // It is looked for while the answer is made.
        this.#listenerOf(document).catch(() => undefined);
        void document.questions.asked(payload);
      },
    );
    const session = this.#session;
    const [token, out] = [JSON.stringify(this.#token), JSON.stringify(this.#out)];
    // The script takes the way out, and leaves no name. One that finds none follows another in the same global, which goes on.
    const source = `{
      const send = globalThis[${out}];
      delete globalThis[${out}];
      if (send !== undefined) (${PAGE_SCRIPT})({ token: ${token}, send, visibility: true });
    }`;
    const [, , , added] = await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: this.#out }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source, runImmediately: true }),
    ]);
    this.#script = (added as { identifier: string }).identifier;
  }

  /** Puts every document back as it was. @param inside doors of frames in it, which close before its session ends */
  async close(inside: readonly Promise<unknown>[]): Promise<void> {
    // A page may not have answered so far.
    await this.#opening;
    const session = this.#session;
    const identifier = this.#script;
    await Promise.all([
      ifStillThere(session.send('Runtime.removeBinding', { name: this.#out })),
      identifier && ifStillThere(session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier })),
      ...[...this.#documents.values()].map((one) => ifStillThere(this.#deliver(one, { restore: true }))),
    ]);
    this.forget();
    await Promise.allSettled(inside);
    await ifStillThere(session.detach());
  }

  /** Ends the calls under way; the session is gone, or about to be. */
  forget(): void {
    this.#listeners.off();
    this.#leaveAll();
  }

  #enter(description: CdpEvent): void {
    const { id, origin, auxData } = description as {
      id: number;
      origin: string;
      auxData?: { isDefault: boolean; frameId: string };
    };
    if (!auxData?.isDefault) return;
    const { frameId } = auxData;
    const questions = new Questions(
      {
        caller: () => this.#callerOf(document),
        deliver: (answer) => this.#deliver(document, answer),
        user: () => this.#userOf(document),
      },
      this.#answer,
    );
    const document: Document = { id, frameId, origin: originFromCdp(origin), questions };
    this.#documents.set(id, document);
  }

  /** The newest of a frame. */
  #documentIn(frameId: string): Document | undefined {
    return [...this.#documents.values()].filter((one) => one.frameId === frameId).at(-1);
  }

  #leave(id: number): void {
    this.#documents.get(id)?.questions.end();
    this.#documents.delete(id);
  }

  #leaveAll(): void {
    for (const id of [...this.#documents.keys()]) this.#leave(id);
  }

  /** @throws Error if the document has gone */
  #beside(document: Document): Promise<number> {
    document.beside ??= this.#makeBeside(document);
    return document.beside;
  }

  async #makeBeside({ id, frameId }: Document): Promise<number> {
    const parameters = { frameId, worldName: this.#token };
    const made = (await this.#session.send('Page.createIsolatedWorld', parameters)) as {
      executionContextId: number;
    };
    // If the frame has navigated meanwhile, it is beside the document that has followed.
    if (!this.#documents.has(id)) throw new Error('the document was closed');
    return made.executionContextId;
  }

  async #userOf(document: Document): Promise<Pick<PageQuestion, 'active' | 'hidden'>> {
    const { result } = (await this.#session.send('Runtime.callFunctionOn', {
      executionContextId: await this.#beside(document),
      functionDeclaration: USER,
      returnByValue: true,
    })) as { result: { value: { active: boolean; hidden: boolean } } };
    return result.value;
  }

  #listenerOf(document: Document): Promise<string | undefined> {
    document.listener ??= this.#findListener(document);
    return document.listener;
  }

  async #findListener({ id }: Document): Promise<string | undefined> {
    const parameters = { expression: 'this', contextId: id, objectGroup: this.#token };
    const { result } = (await this.#session.send('Runtime.evaluate', parameters)) as {
      result: { objectId: string };
    };
    const { listeners } = (await this.#session.send('DOMDebugger.getEventListeners', {
      objectId: result.objectId,
    })) as { listeners: readonly { type: string; handler?: { objectId?: string } }[] };
    return listeners.find(({ type }) => type === this.#token)?.handler?.objectId;
  }

  async #deliver(document: Document, answer: PageAnswer): Promise<unknown> {
    const text = JSON.stringify(answer);
    const objectId = await this.#listenerOf(document);
    if (objectId !== undefined) {
      const { result } = (await this.#session.send('Runtime.callFunctionOn', {
        objectId,
        functionDeclaration: DELIVER_BY_CALL,
        arguments: [{ value: text }],
      })) as { result: { value?: unknown } };
      if (result.value === true) return undefined;
    }
    // document.open() has removed it, or the page has wrapped it.
    return this.#session.send('Runtime.callFunctionOn', {
      executionContextId: await this.#beside(document),
      functionDeclaration: DELIVER_BY_EVENT,
      arguments: [{ value: this.#token }, { value: text }],
    });
  }

  async #callerOf(document: Document): Promise<Caller> {
    const { frameId, origin } = document;
    const [frames, permissions, app] = await Promise.all([
      framesOf(this.#session),
      permissionsOf(this.#session, frameId),
      isExtension(origin)
        ? this.#beside(document).then((id) => permissionsOfExtension(this.#session, id))
        : undefined,
    ]);
    const ancestors = await this.#ancestors(frames, frameId);
    return { origin, ancestors, permissions, ...(app && { app }) };
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

  /** A frame without its own address has its creator's origin, which only its context has. */
  #originOf(frame: { readonly id: string; readonly securityOrigin: string }): string {
    return this.#documentIn(frame.id)?.origin ?? originFromCdp(frame.securityOrigin);
  }
}
