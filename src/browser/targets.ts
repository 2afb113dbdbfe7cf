/**
 * The pages of a browser and the frames in them that have a process of their own: those that are there, and those that come,
 * before any script of theirs runs (https://chromedevtools.github.io/devtools-protocol/tot/Target/#method-setAutoAttach).
 */
import type { CdpSession, TargetInfo } from './cdp-session.ts';
import { Listeners } from './listeners.ts';

/** A page or a frame, and the session that reaches it. */
export interface AttachedTarget {
  readonly session: CdpSession;
  readonly info: TargetInfo;
  /** The page or frame that this frame is in; undefined for a page. */
  readonly parent: AttachedTarget | undefined;
}

export interface TargetVisitor {
  /** Whether a page is of those to be covered. */
  wants(info: TargetInfo): boolean;
  /** Called while the target's scripts wait for `go`. */
  enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void>;
  leave(target: AttachedTarget): void;
}

/** Whether an error only says that a target went away while it was spoken to. */
function isGone(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'TargetCloseError' ||
    /closed|detached|not attached|no session|no such (?:frame|realm|script)|context was destroyed|discarded/i.test(
      message,
    )
  );
}

/** Work with a target that may go away meanwhile, which then does not matter. */
export function ifStillThere(work: Promise<unknown>): Promise<void> {
  return work.then(
    () => undefined,
    (error) => {
      if (!isGone(error)) throw error;
    },
  );
}

const AUTO_ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
const PAGES = [{ type: 'page' }, { exclude: true }];
const FRAMES = [{ type: 'iframe' }, { exclude: true }];

interface Attached {
  readonly sessionId: string;
  readonly targetInfo: TargetInfo;
}

/** Watches a browser's targets until it is closed. */
export class TargetWatch {
  readonly #root: CdpSession;
  readonly #visitor: TargetVisitor;
  readonly #listeners = new Map<CdpSession, Listeners>();
  readonly #entering = new Set<Promise<void>>();
  #failure: unknown;

  constructor(root: CdpSession, visitor: TargetVisitor) {
    this.#root = root;
    this.#visitor = visitor;
  }

  /** Begins; by the end every page and frame that is there was entered. @throws what the visitor throws at one of them */
  async open(): Promise<void> {
    this.#watch(this.#root, undefined);
    await this.#root.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: PAGES });
    await this.settled();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits until all that was seen was entered. */
  async settled(): Promise<void> {
    while (this.#entering.size > 0) await Promise.all(this.#entering);
  }

  close(): void {
    for (const listeners of this.#listeners.values()) listeners.off();
    this.#listeners.clear();
  }

  #watch(session: CdpSession, parent: AttachedTarget | undefined): void {
    const below = new Map<string, AttachedTarget>();
    const listeners = new Listeners(session);
    this.#listeners.set(session, listeners);
    listeners.on<Attached>('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      const child = session.child(sessionId);
      if (child === undefined) return;
      const wanted = parent !== undefined || this.#visitor.wants(targetInfo);
      const target = { session: child, info: targetInfo, parent };
      if (wanted) below.set(sessionId, target);
      const work = ifStillThere(wanted ? this.#enter(target) : this.#passOver(target)).catch((error) => {
        this.#failure = error;
      });
      this.#entering.add(work);
      void work.then(() => this.#entering.delete(work));
    });
    listeners.on<{ sessionId: string }>('Target.detachedFromTarget', ({ sessionId }) => {
      const target = below.get(sessionId);
      if (target === undefined) return;
      below.delete(sessionId);
      this.#listeners.get(target.session)?.off();
      this.#listeners.delete(target.session);
      this.#visitor.leave(target);
    });
  }

  async #enter(target: AttachedTarget): Promise<void> {
    const { session } = target;
    this.#watch(session, target);
    const go = (): Promise<unknown> => session.send('Runtime.runIfWaitingForDebugger');
    const watching = session.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: FRAMES });
    try {
      await Promise.all([watching, this.#visitor.enter(target, go)]);
    } catch (error) {
      await go();
      throw error;
    }
  }

  async #passOver({ session }: AttachedTarget): Promise<void> {
    await session.send('Runtime.runIfWaitingForDebugger');
    await session.detach();
  }
}
