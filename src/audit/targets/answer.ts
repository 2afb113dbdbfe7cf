/** What comes back over HTTP, and what it is when nothing does. */
import type { Breakage } from '../exchange.ts';

/** An answer of a server, read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** What came was no answer. The message is a sentence. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly status: number | undefined;
  readonly breakage: Breakage;

  constructor(message: string, breakage: Breakage, status?: number) {
    super(message);
    this.breakage = breakage;
    this.status = status;
  }
}
