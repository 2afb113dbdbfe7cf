/**
 * The pages of a browser and the frames in them that have a process of their own: those that are there, and those that come,
 * before any script of theirs runs (https://chromedevtools.github.io/devtools-protocol/tot/Target/#method-setAutoAttach).
 */
import type { CdpSession, TargetInfo } from './cdp-session.ts';
import type { Closing } from './closing.ts';
import { ifStillThere } from './gone.ts';
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

const AUTO_ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
const PAGES = [{ type: 'page' }, { exclude: true }];
const FRAMES = [{ type: 'iframe' }, { exclude: true }];

interface Attached {
  readonly sessionId: string;
  readonly targetInfo: TargetInfo;
}

/** One who visits, and what failed at a visit. */
interface Visit {
  readonly visitor: TargetVisitor;
  failure?: unknown;
}

/** Watches a browser's targets for those who cover parts of it, until it is closed. */
export class TargetWatch {
  readonly #root: CdpSession;
  readonly #visits = new Map<TargetVisitor, Visit>();
  readonly #listeners = new Map<CdpSession, Listeners>();
  /** Pages that are being visited, and by whom. */
  readonly #visited = new Map<AttachedTarget, Visit>();
  readonly #entering = new Set<Promise<void>>();
  #watching: Promise<unknown> | undefined;

  constructor(root: CdpSession) {
    this.#root = root;
  }

  /** Begins; by the end every page and frame that is there was entered. @throws what the visitor throws at one of them */
  async join(visitor: TargetVisitor): Promise<void> {
    const visit: Visit = { visitor };
    this.#visits.set(visitor, visit);
    if (this.#watching === undefined) {
      this.#watch(this.#root, undefined);
      this.#watching = this.#root.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: PAGES });
      await this.#watching;
    } else {
      await this.#watching;
      await this.#attachToThose(visitor);
    }
    await this.settled();
    if (visit.failure !== undefined) throw visit.failure;
  }

  /** From now on nothing is entered for this visitor; its pages are its own to leave. */
  part(visitor: TargetVisitor): void {
    this.#visits.delete(visitor);
    for (const [target, visit] of this.#visited) {
      if (visit.visitor !== visitor) continue;
      this.#visited.delete(target);
      this.#listeners.get(target.session)?.off();
      this.#listeners.delete(target.session);
    }
  }

  /** Waits until all that was seen was entered. */
  async settled(): Promise<void> {
    while (this.#entering.size > 0) await Promise.all(this.#entering);
  }

  /** Pages that come are not held any more. */
  async close(closing: Closing): Promise<void> {
    const off = { ...AUTO_ATTACH, autoAttach: false, waitForDebuggerOnStart: false };
    await closing.step('Target.setAutoAttach', () => this.#root.send('Target.setAutoAttach', off));
    // Those that came until now are let go by who listens.
    await closing.step('pages that came', () => this.settled());
    await closing.step('the session of the browser', () => this.#root.detach());
    for (const listeners of this.#listeners.values()) listeners.off();
    this.#listeners.clear();
  }

  /** Pages that were there before, and were passed over then. */
  async #attachToThose(visitor: TargetVisitor): Promise<void> {
    const { targetInfos } = (await this.#root.send('Target.getTargets')) as { targetInfos: TargetInfo[] };
    const there = new Set([...this.#visited.keys()].map(({ info }) => info.targetId));
    await Promise.all(
      targetInfos
        .filter((info) => info.type === 'page' && visitor.wants(info) && !there.has(info.targetId))
        .map(({ targetId }) =>
          ifStillThere(this.#root.send('Target.attachToTarget', { targetId, flatten: true })),
        ),
    );
  }

  #watch(session: CdpSession, parent: AttachedTarget | undefined): void {
    const below = new Map<string, AttachedTarget>();
    const listeners = new Listeners(session);
    this.#listeners.set(session, listeners);
    listeners.on<Attached>('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      const child = session.child(sessionId);
      if (child === undefined) return;
      const target = { session: child, info: targetInfo, parent };
      const visit = this.#visitFor(target);
      if (visit !== undefined) {
        below.set(sessionId, target);
        this.#visited.set(target, visit);
      }
      const work = ifStillThere(
        visit === undefined ? this.#passOver(target) : this.#enter(target, visit.visitor),
      ).catch((error) => {
        if (visit !== undefined) visit.failure = error;
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
      const visit = this.#visited.get(target);
      this.#visited.delete(target);
      visit?.visitor.leave(target);
    });
  }

  #visitFor({ parent, info }: AttachedTarget): Visit | undefined {
    if (parent !== undefined) return this.#visited.get(parent);
    return [...this.#visits.values()].find(({ visitor }) => visitor.wants(info));
  }

  async #enter(target: AttachedTarget, visitor: TargetVisitor): Promise<void> {
    const { session } = target;
    this.#watch(session, target);
    const go = (): Promise<unknown> => session.send('Runtime.runIfWaitingForDebugger');
    const watching = session.send('Target.setAutoAttach', { ...AUTO_ATTACH, filter: FRAMES });
    try {
      await Promise.all([watching, visitor.enter(target, go)]);
    } catch (error) {
      // Whatever failed, the page does not wait: where it cannot be told to go on, the end of the session lets it go.
      await go().catch(() => session.detach().catch(() => undefined));
      throw error;
    }
  }

  async #passOver({ session }: AttachedTarget): Promise<void> {
    await session.send('Runtime.runIfWaitingForDebugger').catch(() => undefined);
    await session.detach();
  }
}
