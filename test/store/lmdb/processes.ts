/** Processes of their own on a store: {@link ./worker.js}, run on what was built. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/**
 * Runs a worker to its end.
 *
 * @param heard is told every line as it comes; a number that it answers is when to kill the process: so many turns of the
 *   event loop later
 * @returns what it said, and how it ended: a status, or the signal
 */
export async function runWorker(
  args: readonly (string | number)[],
  heard: (line: unknown, count: number) => number | undefined = () => undefined,
): Promise<{ readonly lines: unknown[]; readonly end: unknown; readonly errors: string }> {
  const child = spawn(process.execPath, [worker, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: unknown[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  createInterface(child.stdout).on('line', (text) => {
    lines.push(JSON.parse(text));
    const turns = heard(lines.at(-1), lines.length);
    if (turns !== undefined) after(turns, () => child.kill('SIGKILL'));
  });
  const end = await new Promise((resolve) =>
    child.on('close', (status, signal) => resolve(signal ?? status)),
  );
  return { lines, end, errors };
}

function after(turns: number, work: () => void): void {
  if (turns === 0) work();
  else setImmediate(() => after(turns - 1, work));
}
