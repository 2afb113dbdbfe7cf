/**
 * The pages of a browser and the frames in them that have their own process: those that are open, and those that come,
 * before any of their scripts runs (https://chromedevtools.github.io/devtools-protocol/tot/Target/#method-setAutoAttach).
 */
import type { CdpSession, TargetInfo } from './cdp-session.ts';
import { ifStillThere } from './gone.ts';
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
  /** Whether to attach to a page. */
  wants(info: TargetInfo): boolean;
  /** Called while the target's scripts wait for `go`. Called again for one whose process crashed meanwhile. */
  enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void>;
  leave(target: AttachedTarget): void;
}

const AUTO_ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
const PAGES = [{ type: 'page' }, { exclude: true }];
const FRAMES = [{ type: 'iframe' }, { exclude: true }];

interface Attached {
  readonly sessionId: string;
  readonly targetInfo: TargetInfo;
  readonly waitingForDebugger: boolean;
}

/** A visitor, which attaches to some of the pages. */
interface Visit {
  readonly visitor: TargetVisitor;
  readonly reach: Reach;
  /** Work with pages that were open at the beginning. */
  failed?: ((error: unknown) => void) | undefined;
}

/** Watches a browser's targets for its visitors, until it is closed. */
export class TargetWatch {
  readonly #root: CdpSession;
  readonly #visits = new Map<TargetVisitor, Visit>();
  /** Pages and frames with a visitor, and the visitor. */
  readonly #covered = new Map<AttachedTarget, Visit>();
  readonly #listeners = new Map<CdpSession, Listeners>();
  readonly #entered = new WeakSet<AttachedTarget>();
  #watching: Promise<unknown> | undefined;

  constructor(root: CdpSession) {
    this.#root = root;
  }

  /** Begins. When it resolves, every open page and frame that answers was entered. @throws the visitor's error */
  async join(visitor: TargetVisitor, reach: Reach): Promise<void> {
    const failures: unknown[] = [];
    const visit: Visit = { visitor, reach, failed: (error) => failures.push(error) };
    this.#visits.set(visitor, visit);
    if (this.#watching === undefined) {
      this.#watch(this.#root, undefined);
      this.#watching = this.#root.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: PAGES });
      await this.#watching;
    } else {
      await this.#watching;
      await this.#attachToThose(visitor);
    }
    await reach.settled();
    visit.failed = undefined;
    if (failures.length > 0) throw failures[0];
  }

  /** From now on nothing is entered for this visitor, which leaves what was entered itself. */
  part(visitor: TargetVisitor): void {
    this.#visits.delete(visitor);
    for (const [target, visit] of this.#covered) {
      if (visit.visitor !== visitor) continue;
      this.#covered.delete(target);
      this.#listeners.get(target.session)?.off();
      this.#listeners.delete(target.session);
    }
  }

  /** Ends. Sessions stay until the root session ends, and new pages do not wait for us. */
  async close(): Promise<void> {
    // Before the listeners are removed: pages that come until the browser knows it still wait.
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

  /** Pages that were open before, and were skipped then. */
  async #attachToThose(visitor: TargetVisitor): Promise<void> {
    const { targetInfos } = (await this.#root.send('Target.getTargets')) as { targetInfos: TargetInfo[] };
    const there = new Set([...this.#covered.keys()].map(({ info }) => info.targetId));
    await Promise.all(
      targetInfos
        .filter((info) => info.type === 'page' && visitor.wants(info) && !there.has(info.targetId))
        .map(({ targetId }) =>
          ifStillThere(this.#root.send('Target.attachToTarget', { targetId, flatten: true })),
        ),
    );
  }

  #visitFor({ parent, info }: AttachedTarget): Visit | undefined {
    if (parent !== undefined) return this.#covered.get(parent);
    return [...this.#visits.values()].find(({ visitor }) => visitor.wants(info));
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
      // Only a page that waits is told to go on: a page that does not answer would not answer this either.
      const go = async (): Promise<unknown> =>
        waitingForDebugger ? child.send('Runtime.runIfWaitingForDebugger') : undefined;
      const visit = this.#visitFor(target);
      if (visit === undefined) {
        // Not ours: it goes on, and the end of the session lets it go on in any case.
        const passOver = (): Promise<void> => child.detach().catch(() => undefined);
        void go().then(passOver, passOver);
        return;
      }
      below.set(sessionId, target);
      this.#covered.set(target, visit);
      this.#track(target, visit, this.#enter(target, visit, go));
    });
    listeners.on<{ sessionId: string }>('Target.detachedFromTarget', ({ sessionId }) => {
      const target = below.get(sessionId);
      if (target === undefined) return;
      below.delete(sessionId);
      this.#leave(target);
    });
    return listeners;
  }

  #track(target: AttachedTarget, { reach, failed }: Visit, work: Promise<void>): void {
    const tracked = ifStillThere(work).catch((error) => {
      failed?.(error);
      throw error;
    });
    reach.track(target, tracked);
  }

  #leave(target: AttachedTarget): void {
    this.#listeners.get(target.session)?.off();
    this.#listeners.delete(target.session);
    const visit = this.#covered.get(target);
    this.#covered.delete(target);
    visit?.visitor.leave(target);
    visit?.reach.find(target);
  }

  async #enter(target: AttachedTarget, visit: Visit, go: () => Promise<unknown>): Promise<void> {
    const { visitor, reach } = visit;
    const listeners = this.#watch(target.session, target);
    listeners.on('Inspector.targetCrashed', () => {
      reach.lose(target, 'its process has crashed');
    });
    // The session outlives a crash, with its settings; commands under way have failed.
    listeners.on('Inspector.targetReloadedAfterCrash', () => {
      reach.find(target);
      if (this.#entered.has(target)) return;
      visitor.leave(target);
      this.#track(target, visit, this.#visit(target, visitor, go));
    });
    await Promise.all([target.session.send('Inspector.enable'), this.#visit(target, visitor, go)]);
  }

  async #visit(target: AttachedTarget, visitor: TargetVisitor, go: () => Promise<unknown>): Promise<void> {
    const watching = target.session.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: FRAMES });
    try {
      await Promise.all([watching, visitor.enter(target, go)]);
      this.#entered.add(target);
    } catch (error) {
      // After any failure the page does not wait: if it cannot be told to go on, the end of the session lets it go on.
      void go().catch(() => target.session.detach().catch(() => undefined));
      throw error;
    }
  }
}
