/** How far something has come: a bar on a terminal, and nothing anywhere else. */
import { type Clock, systemClock } from '../base/clock.ts';

const WIDTH = 24;
/** Milliseconds before which nothing is said of what is left. */
const SOONEST = 3_000;

export interface Progress {
  show(done: number): void;
  /** Leaves the line. */
  end(): void;
}

/** Where it is shown, and by what time. */
interface Outside {
  readonly stream: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly clock: Clock;
}

/**
 * @param total undefined where it is not known: then only the count is shown
 * @param before how many were done before it began
 */
export function progress(
  what: string,
  total?: number,
  before = 0,
  { stream, clock }: Outside = { stream: process.stderr, clock: systemClock },
): Progress {
  if (!stream.isTTY) return { show() {}, end() {} };
  let shown = '';
  const began = clock.now();
  return {
    show(done) {
      const filled =
        total === undefined ? 0 : Math.floor((WIDTH * Math.min(done, total)) / Math.max(total, 1));
      const bar = total === undefined ? '' : `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] `;
      const rest = total === undefined ? '' : left(done - before, total - done, clock.now() - began);
      const line = `${bar}${done}${total === undefined ? '' : `/${total}`} ${what}${rest}`;
      if (line === shown) return;
      shown = line;
      stream.write(`\r\x1b[K${line}`);
    },
    end() {
      if (shown !== '') stream.write('\n');
      shown = '';
    },
  };
}

/** How long the rest takes, as far as that can be told from what has passed. */
function left(done: number, missing: number, milliseconds: number): string {
  if (done <= 0 || missing <= 0 || milliseconds < SOONEST) return '';
  const seconds = Math.ceil(((milliseconds / done) * missing) / 1000);
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}
