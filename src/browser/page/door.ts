/** The channel between us and the documents that one session reaches: questions come in, answers go back. */

import { PAGE_SCRIPT } from '#page-script';
import type { PageAnswer } from '../../page/messages.ts';
import type { CdpEvent, CdpSession } from '../cdp-session.ts';
import { ifStillThere } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { type Caller, type Frames, framesOf, originFromCdp, permissionsOf } from './caller.ts';
import { DELIVER_BY_EVENT } from './deliver.ts';
import { isExtension, permissionsOfExtension } from './extension.ts';
import { type Answerer, Questions } from './questions.ts';

/** A document: its main world, and the isolated one beside it through which questions and answers go. */
interface Context {
  readonly id: number;
  readonly frameId: string;
  /** Of the main world, once the browser has reported it. */
  main: World | undefined;
  readonly questions: Questions;
}

/** A document's main world. */
interface World {
  readonly id: number;
  readonly frameId: string;
  readonly origin: string;
}

/** The name of the way out, in the isolated world. */
const BINDING = 'stuntkey';

export class PageDoor {
  readonly #session: CdpSession;
  readonly #parent: PageDoor | undefined;
  readonly #answer: Answerer;
  readonly #listeners: Listeners;
  readonly #worlds = new Map<number, World>();
  readonly #contexts = new Map<number, Context>();
  /** Names the isolated world, and the events between it and the page, which can guess neither. */
  readonly #token = `stuntkey-${crypto.randomUUID()}`;
  #scripts: readonly string[] = [];
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
      ({ name, payload, executionContextId }) => {
        const context = this.#contexts.get(executionContextId);
        if (name !== BINDING) return;
        const [active, hidden] = [payload[0] === 'a', payload[1] === 'h'];
        void context?.questions.asked(payload.slice(2), { active, hidden });
      },
    );
    const session = this.#session;
    const token = JSON.stringify(this.#token);
    // User activation and visibility are asked there, where the page's scripts have changed nothing.
    const inWorld = `for (const place of [globalThis, performance]) place.addEventListener(${token} + '>', (event) => {
      event.preventDefault();
      ${BINDING}((navigator.userActivation?.isActive ? 'a' : '-') + (document.hidden ? 'h' : '-') + event.detail);
    })`;
    const [, , , ...added] = await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: BINDING, executionContextName: this.#token }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: `(${PAGE_SCRIPT})({ token: ${token} })`,
        runImmediately: true,
      }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: inWorld,
        worldName: this.#token,
        runImmediately: true,
      }),
    ]);
    this.#scripts = added.map((script) => (script as { identifier: string }).identifier);
  }

  /** Puts every document back as it was. @param inside doors of frames in it, which close before its session ends */
  async close(inside: readonly Promise<unknown>[]): Promise<void> {
    // A page may not have answered so far.
    await this.#opening;
    const session = this.#session;
    const contexts = [...this.#contexts.values()];
    await Promise.all([
      ifStillThere(session.send('Runtime.removeBinding', { name: BINDING })),
      ...this.#scripts.map((identifier) =>
        ifStillThere(session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier })),
      ),
      ...contexts.map(({ id }) => ifStillThere(this.#deliver(id, { restore: true }))),
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
    const { id, name, origin, auxData } = description as {
      id: number;
      name: string;
      origin: string;
      auxData?: { isDefault: boolean; frameId: string };
    };
    if (auxData === undefined) return;
    const { frameId } = auxData;
    if (auxData.isDefault) this.#worlds.set(id, { id, frameId, origin: originFromCdp(origin) });
    if (name !== this.#token) return;
    const document = {
      caller: () => this.#callerOf(id, frameId, (context.main ?? this.#mainWorld(frameId))?.origin ?? 'null'),
      deliver: (answer: PageAnswer) => this.#deliver(id, answer),
    };
    const questions = new Questions(document, this.#answer);
    const context: Context = { id, frameId, main: this.#mainWorld(frameId), questions };
    this.#contexts.set(id, context);
  }

  /** The newest of a frame. */
  #mainWorld(frameId: string): World | undefined {
    return [...this.#worlds.values()].filter((world) => world.frameId === frameId).at(-1);
  }

  #leave(id: number): void {
    this.#worlds.delete(id);
    this.#contexts.get(id)?.questions.end();
    this.#contexts.delete(id);
  }

  #leaveAll(): void {
    for (const id of [...this.#contexts.keys()]) this.#leave(id);
    this.#worlds.clear();
  }

  #deliver(executionContextId: number, answer: PageAnswer): Promise<unknown> {
    return this.#session.send('Runtime.callFunctionOn', {
      executionContextId,
      functionDeclaration: DELIVER_BY_EVENT,
      arguments: [{ value: this.#token }, { value: JSON.stringify(answer) }],
    });
  }

  async #callerOf(contextId: number, frameId: string, origin: string): Promise<Caller> {
    const [frames, permissions, app] = await Promise.all([
      framesOf(this.#session),
      permissionsOf(this.#session, frameId),
      isExtension(origin) ? permissionsOfExtension(this.#session, contextId) : undefined,
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
    return this.#mainWorld(frame.id)?.origin ?? originFromCdp(frame.securityOrigin);
  }
}
