/**
 * The pages of a browser and the frames in them that have a process of their own: those that are there, and those that come,
 * before any script of theirs runs (https://chromedevtools.github.io/devtools-protocol/tot/Target/#method-setAutoAttach).
 */
import type { CdpSession, TargetInfo } from './cdp-session.ts';
import { Listeners } from './listeners.ts';
import type { Place, Reach } from './reach.ts';

/** A page or a frame, and the session that reaches it. */
export interface AttachedTarget extends Place {
  readonly session: CdpSession;
  readonly info: TargetInfo;
  /** The page or frame that this frame is in; undefined for a page. */
  readonly parent: AttachedTarget | undefined;
}

export interface TargetVisitor {
  /** Whether a page is of those to be covered. */
  wants(info: TargetInfo): boolean;
  /** Called while the target's scripts wait for `go`. Called again for one whose process crashed meanwhile. */
  enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void>;
  leave(target: AttachedTarget): void;
}

/** Whether an error only says that a target went away while it was spoken to. */
function isGone(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'TargetCloseError' ||
    /closed|crashed|detached|not attached|no session|no such (?:frame|realm|script)|cannot find context|context was destroyed|discarded/i.test(
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
  readonly waitingForDebugger: boolean;
}

/** Watches a browser's targets until it is closed. */
export class TargetWatch {
  readonly #root: CdpSession;
  readonly #visitor: TargetVisitor;
  readonly #reach: Reach;
  readonly #listeners = new Map<CdpSession, Listeners>();
  readonly #entered = new WeakSet<AttachedTarget>();
  /** Of pages that were there at the beginning. */
  #failed: ((error: unknown) => void) | undefined;

  constructor(root: CdpSession, visitor: TargetVisitor, reach: Reach) {
    this.#root = root;
    this.#visitor = visitor;
    this.#reach = reach;
  }

  /** Begins; by the end every page and frame that is there and answers was entered. @throws what the visitor throws at one of them */
  async open(): Promise<void> {
    const failures: unknown[] = [];
    this.#failed = (error) => failures.push(error);
    this.#watch(this.#root, undefined);
    await this.#root.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: PAGES });
    await this.#reach.settled();
    this.#failed = undefined;
    if (failures.length > 0) throw failures[0];
  }

  /** Ends. Sessions stay until the root's ends, and no page that comes waits for us. */
  async close(): Promise<void> {
    // Before the listeners go: what comes until the browser has heard of it still waits.
    await ifStillThere(
      this.#root.send('Target.setAutoAttach', {
        ...AUTO_ATTACH,
        waitForDebuggerOnStart: false,
        filter: PAGES,
      }),
    ).catch(() => undefined);
    for (const listeners of this.#listeners.values()) listeners.off();
    this.#listeners.clear();
  }

  #watch(session: CdpSession, parent: AttachedTarget | undefined): Listeners {
    const below = new Map<string, AttachedTarget>();
    const listeners = new Listeners(session);
    this.#listeners.set(session, listeners);
    listeners.on<Attached>('Target.attachedToTarget', ({ sessionId, targetInfo, waitingForDebugger }) => {
      const child = session.child(sessionId);
      if (child === undefined) return;
      const locate = async (): Promise<string> => {
        const { targetId, url } = targetInfo;
        const told = await this.#root.send('Target.getTargetInfo', { targetId }).catch(() => undefined);
        return (told as { readonly targetInfo: TargetInfo } | undefined)?.targetInfo.url ?? url;
      };
      const target = { session: child, info: targetInfo, parent, locate };
      // Only what waits is told to go on: a page that does not answer would not answer this either.
      const go = async (): Promise<unknown> =>
        waitingForDebugger ? child.send('Runtime.runIfWaitingForDebugger') : undefined;
      if (parent === undefined && !this.#visitor.wants(targetInfo)) {
        this.#track(
          target,
          go().then(() => child.detach()),
        );
        return;
      }
      below.set(sessionId, target);
      this.#track(target, this.#enter(target, go));
    });
    listeners.on<{ sessionId: string }>('Target.detachedFromTarget', ({ sessionId }) => {
      const target = below.get(sessionId);
      if (target === undefined) return;
      below.delete(sessionId);
      this.#leave(target);
    });
    return listeners;
  }

  #track(target: AttachedTarget, work: Promise<void>): void {
    const failed = this.#failed;
    const tracked = ifStillThere(work).catch((error) => {
      failed?.(error);
      throw error;
    });
    this.#reach.track(target, tracked);
  }

  #leave(target: AttachedTarget): void {
    this.#listeners.get(target.session)?.off();
    this.#listeners.delete(target.session);
    this.#visitor.leave(target);
    this.#reach.find(target);
  }

  async #enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void> {
    const listeners = this.#watch(target.session, target);
    listeners.on('Inspector.targetCrashed', () => {
      this.#reach.lose(target, 'its process has crashed');
    });
    // The session outlives a crash, with what it was told before; what was under way has failed.
    listeners.on('Inspector.targetReloadedAfterCrash', () => {
      this.#reach.find(target);
      if (this.#entered.has(target)) return;
      this.#visitor.leave(target);
      this.#track(target, this.#visit(target, go));
    });
    await Promise.all([target.session.send('Inspector.enable'), this.#visit(target, go)]);
  }

  async #visit(target: AttachedTarget, go: () => Promise<unknown>): Promise<void> {
    const watching = target.session.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: FRAMES });
    try {
      await Promise.all([watching, this.#visitor.enter(target, go)]);
      this.#entered.add(target);
    } catch (error) {
      void go().catch(() => undefined);
      throw error;
    }
  }
}
