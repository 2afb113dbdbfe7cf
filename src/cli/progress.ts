/** How far something has come: a bar on a terminal, and nothing anywhere else. */
import { systemClock } from '../base/clock.ts';

const WIDTH = 24;

export interface Progress {
  show(done: number): void;
  /** Leaves the line. */
  end(): void;
}

/** @param total undefined where it is not known: then only the count is shown */
export function progress(what: string, total?: number): Progress {
  const stream = process.stderr;
  if (!stream.isTTY) return { show() {}, end() {} };
  let shown = '';
  const began = systemClock.now();
  return {
    show(done) {
      const filled =
        total === undefined ? 0 : Math.floor((WIDTH * Math.min(done, total)) / Math.max(total, 1));
      const bar = total === undefined ? '' : `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] `;
      const line = `${bar}${done}${total === undefined ? '' : `/${total}`} ${what}${left(done, total, systemClock.now() - began)}`;
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

/** What is left, as far as that can be told from what has passed. */
function left(done: number, total: number | undefined, milliseconds: number): string {
  if (total === undefined || done === 0 || done >= total || milliseconds < 3_000) return '';
  const seconds = Math.ceil(((milliseconds / done) * (total - done)) / 1000);
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}
