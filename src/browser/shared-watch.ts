/**
 * One watch over a browser's targets for everything that is attached to parts of it. A second watch would attach to every page of the browser and
 * detach from those that are not its own, and the end of any session removes Chromium's devices from a page.
 */
import type { CdpSession } from './cdp-session.ts';
import { Closing } from './closing.ts';
import type { Reach } from './reach.ts';
import { type TargetVisitor, TargetWatch } from './targets.ts';

interface Opened {
  readonly root: CdpSession;
  readonly watch: TargetWatch;
  readonly visitors: Set<TargetVisitor>;
}

export class SharedWatch {
  readonly #openRoot: () => Promise<CdpSession>;
  #opened: Promise<Opened> | undefined;

  /** @param openRoot opens a session at the browser itself */
  constructor(openRoot: () => Promise<CdpSession>) {
    this.#openRoot = openRoot;
  }

  /**
   * Begins a visit. When it resolves, every open page was entered.
   *
   * @returns how to leave. @throws the error of `openRoot`; {@link NotJoined} if the visitor throws at a page
   */
  async join(visitor: TargetVisitor, reach: Reach): Promise<Stay> {
    this.#opened ??= this.#openRoot().then((root) => ({
      root,
      watch: new TargetWatch(root),
      visitors: new Set(),
    }));
    const opening = this.#opened;
    let opened: Opened;
    try {
      opened = await opening;
    } catch (error) {
      if (this.#opened === opening) this.#opened = undefined;
      throw error;
    }
    opened.visitors.add(visitor);
    const stay: Stay = {
      root: opened.root,
      part: () => opened.watch.part(visitor),
      leave: async () => {
        if (!opened.visitors.delete(visitor) || opened.visitors.size > 0) return;
        // The last visitor. Later visitors open another watch.
        if (this.#opened === opening) this.#opened = undefined;
        const closing = new Closing();
        await closing.step('Target.setAutoAttach', () => opened.watch.close());
        await closing.step('the session of the browser', () => opened.root.detach());
        closing.finish();
      },
    };
    try {
      await opened.watch.join(visitor, reach);
    } catch (error) {
      stay.part();
      throw new NotJoined(error, stay);
    }
    return stay;
  }
}

/** The visit of one visitor. */
export interface Stay {
  readonly root: CdpSession;
  /** No further page is entered; the visitor leaves those that were. */
  part(): void;
  /** Call this last. @throws StuntkeyError `not-closed` */
  leave(): Promise<void>;
}

/** A visitor threw at an open page. It enters no more; it has to leave the pages that were entered, and then end this visit. */
export class NotJoined extends Error {
  readonly stay: Stay;

  constructor(cause: unknown, stay: Stay) {
    super('a page could not be entered', { cause });
    this.stay = stay;
  }
}
