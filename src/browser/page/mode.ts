/** `mode: 'page'`: in every page and frame, `navigator.credentials` is answered by our client and our devices. */

import type { Reach } from '../reach.ts';
import type { AttachedTarget, TargetVisitor } from '../targets.ts';
import { PageDoor } from './door.ts';
import type { Answerer } from './questions.ts';

/** What a mode does with the targets of a browser. */
export interface Mode extends Omit<TargetVisitor, 'wants'> {
  /** Begins to put everything back as it was. @param reach looks after pages that may not answer */
  close(reach: Reach): Promise<void>;
}

export class PageMode implements Mode {
  readonly #answer: Answerer;
  readonly #doors = new Map<AttachedTarget, PageDoor>();

  constructor(answer: Answerer) {
    this.#answer = answer;
  }

  async enter(target: AttachedTarget, go: () => Promise<unknown>): Promise<void> {
    const outer = target.parent && this.#doors.get(target.parent);
    const door = new PageDoor(target.session, outer, this.#answer);
    this.#doors.set(target, door);
    // The page answers some commands only when it runs. All commands come before the page's scripts, in the order of sending.
    await Promise.all([door.open(), go()]);
  }

  leave(target: AttachedTarget): void {
    this.#doors.get(target)?.forget();
    this.#doors.delete(target);
  }

  async close(reach: Reach): Promise<void> {
    const closing = new Map<AttachedTarget, Promise<void>>();
    // Frames first: their sessions end with the session of their page.
    for (const [target, door] of [...this.#doors].reverse()) {
      const inside = [...closing].filter(([{ parent }]) => parent === target).map(([, work]) => work);
      const work = door.close(inside);
      closing.set(target, work);
      reach.track(target, work);
    }
    this.#doors.clear();
  }
}
