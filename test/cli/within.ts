/**
 * Runs the command in this process, with streams, environment and folder of its own: a tenth of the time that a process takes.
 * `SLOW=1` runs every line as a process, as a shell does (command.ts).
 */
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.ts';

/** What a line of the shell is run with. */
export interface Surroundings {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string | Uint8Array;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Thrown where the command ends the process. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the command ended the process with ${code}`);
    this.code = code;
  }
}

class Collected extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** A process has one of each of these, so lines are run one after the other. */
let last: Promise<unknown> = Promise.resolve();

export function runWithin(args: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const run = last.then(() => runAlone(args, surroundings));
  last = run.catch(() => undefined);
  return run;
}

async function runAlone(args: readonly string[], { folder, env, input }: Surroundings): Promise<Ran> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode, exit: process.exit };
  const listeners = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  const streams = ['stdin', 'stdout', 'stderr'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor] as const,
  );
  // (Of one chunk even if it is empty: a process's input that ends at once is none, too.)
  const stdin = Readable.from(input.length === 0 ? [] : [Buffer.from(input)]);
  for (const [name, value] of Object.entries({ stdin, stdout, stderr }))
    Object.defineProperty(process, name, { value, configurable: true });
  process.env = { ...env };
  process.exitCode = undefined;
  process.exit = (code) => {
    throw new Exit(Number(code ?? process.exitCode ?? 0));
  };
  process.chdir(folder);
  try {
    const code = await main(args).catch((error) => {
      if (error instanceof Exit) return error.code;
      throw error;
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
    process.exit = before.exit;
    for (const [name, descriptor] of streams) Object.defineProperty(process, name, descriptor);
    for (const [signal, those] of listeners) {
      for (const listener of process.listeners(signal))
        if (!those.includes(listener)) process.off(signal, listener);
    }
  }
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
