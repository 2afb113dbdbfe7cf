/** The command `stuntkey`, as built, while it stays: what it says, line by line, and how it ends. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/stuntkey.js', import.meta.url));

export class Staying {
  readonly child: ChildProcessWithoutNullStreams;
  stderr = '';
  readonly #lines: AsyncIterator<string>;
  readonly #errorLines: AsyncIterator<string>;
  readonly #ended: Promise<unknown[]>;

  /**
   * @param node arguments for Node itself
   * @param before the command that runs Node, such as one that puts it on another network
   */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    node: readonly string[] = [],
    before: readonly string[] = [],
  ) {
    const { STUNTKEY_STORE: _, ...rest } = process.env;
    const [program = '', ...words] = [...before, process.execPath, ...node, bin, ...args];
    this.child = spawn(program, words, { env: { ...rest, ...env } });
    this.#ended = once(this.child, 'close');
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.#errorLines = createInterface({ input: this.child.stderr })[Symbol.asyncIterator]();
  }

  /** The next line on stdout. */
  async line(): Promise<string> {
    return told(await this.#lines.next(), this);
  }

  /** The next line on stderr. */
  async errorLine(): Promise<string> {
    return told(await this.#errorLines.next(), this);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** How it ended: the exit code, or the signal's name. */
  async end(): Promise<unknown> {
    const [code, signal] = await this.#ended;
    return signal ?? code;
  }
}

function told({ done, value }: IteratorResult<string>, { stderr }: Staying): string {
  if (done) throw new Error(`expected another line, got the end; stderr: ${stderr}`);
  return value;
}
