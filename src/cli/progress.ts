/** How far something has come: a bar on a terminal, and nothing anywhere else. */

const WIDTH = 24;

export interface Progress {
  show(done: number): void;
  /** Leaves the line. */
  end(): void;
}

/** @param total undefined where nobody knows: then only the count is shown */
export function progress(what: string, total?: number): Progress {
  const stream = process.stderr;
  if (!stream.isTTY) return { show() {}, end() {} };
  let shown = '';
  return {
    show(done) {
      const filled =
        total === undefined ? 0 : Math.floor((WIDTH * Math.min(done, total)) / Math.max(total, 1));
      const bar = total === undefined ? '' : `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] `;
      const line = `${bar}${done}${total === undefined ? '' : `/${total}`} ${what}`;
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
