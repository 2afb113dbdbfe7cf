/** What the page says of what someone did in it: that it is done, or why not. */
import { DoorError } from '../wire/wire.ts';
import { Cell } from './cell.ts';

export interface Notice {
  readonly tone: 'said' | 'wrong';
  readonly text: string;
  /** What to do about it. */
  readonly wayOut?: string;
  readonly undo?: () => Promise<void>;
}

export class Shell {
  readonly notice: Cell<Notice | undefined> = new Cell<Notice | undefined>(undefined);

  say(text: string, undo?: () => Promise<void>): void {
    this.notice.set({ tone: 'said', text, ...(undo && { undo }) });
  }

  wrong(error: unknown): void {
    const { message } = error instanceof Error ? error : new Error(String(error));
    const wayOut = error instanceof DoorError ? error.refused?.wayOut : undefined;
    this.notice.set({ tone: 'wrong', text: message, ...(wayOut !== undefined && { wayOut }) });
  }

  clear(): void {
    this.notice.set(undefined);
  }

  /** Does what a click asks for, and says what came of it. @returns whether it was done */
  async act(work: () => Promise<unknown>, done?: string): Promise<boolean> {
    this.clear();
    try {
      await work();
    } catch (error) {
      this.wrong(error);
      return false;
    }
    if (done !== undefined) this.say(done);
    return true;
  }
}
