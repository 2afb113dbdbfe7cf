/** How the program ends when it is told to from outside. */
import { ExitCode } from './error.ts';
import { note } from './output.ts';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const EXIT_CODES: Readonly<Record<Signal, number>> = {
  SIGINT: ExitCode.interrupted,
  SIGTERM: 143,
  SIGHUP: 129,
};

let controller: AbortController | undefined;

/**
 * Aborted when the program is to end. A command that asks for this signal gets the time to end by itself. A second signal ends the
 * program at once, and so does the first where no command asked.
 */
export function interruption(): AbortSignal {
  controller ??= new AbortController();
  return controller.signal;
}

/** Resolves when the program is to end. */
export function interrupted(): Promise<void> {
  const signal = interruption();
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves when standard input ends: the program at its other end has closed it, or is gone. */
export function inputEnded(): Promise<void> {
  const { stdin } = process;
  return new Promise((resolve) => {
    for (const name of ['end', 'close', 'error']) stdin.once(name, () => resolve());
    stdin.resume();
    // What is served keeps the program, and not that wait.
    (stdin as { unref?: () => void }).unref?.();
  });
}

/** As if the signal had come: a terminal that is read key by key sends none. */
export function interrupt(signal: Signal = 'SIGINT'): void {
  process.exitCode = EXIT_CODES[signal];
  if (controller === undefined || controller.signal.aborted) {
    note('stuntkey: interrupted');
    process.exit(EXIT_CODES[signal]);
  }
  controller.abort();
}

export function watchSignals(): void {
  for (const signal of Object.keys(EXIT_CODES) as Signal[]) process.on(signal, () => interrupt(signal));
}
