/** The terminal in front of the person: questions and answers, apart from what goes through stdin and stdout. */
import { openSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { interrupt } from './signals.ts';

export class Terminal {
  readonly #input: ReadStream;
  readonly #owns: boolean;
  #asking: Interface | undefined;

  constructor(input: ReadStream, owns: boolean) {
    this.#input = input;
    this.#owns = owns;
  }

  /**
   * Asks for a line.
   *
   * @param hidden whether the answer stays unseen
   * @returns the line; undefined when the person closes the dialog (Ctrl-D)
   */
  ask(question: string, { hidden = false }: { readonly hidden?: boolean } = {}): Promise<string | undefined> {
    const lines = createInterface({
      input: this.#input,
      output: hidden ? nowhere() : process.stderr,
      terminal: true,
      historySize: 0,
      prompt: hidden ? '' : question,
    });
    this.#asking = lines;
    return new Promise((resolve) => {
      let answer: string | undefined;
      lines.on('SIGINT', () => {
        process.stderr.write('\n');
        interrupt();
        lines.close();
      });
      lines.on('line', (line) => {
        answer = line;
        lines.close();
      });
      lines.on('close', () => {
        this.#asking = undefined;
        if (hidden || answer === undefined) process.stderr.write('\n');
        resolve(answer);
      });
      // Only now: before, the terminal would show what is typed.
      if (hidden) process.stderr.write(question);
      else lines.prompt();
    });
  }

  /** Asks until the answer is one. @returns whether it is yes, which Enter is where `usually` is; Ctrl-D is no */
  async confirm(question: string, usually: boolean): Promise<boolean> {
    for (;;) {
      const answer = (await this.ask(`${question} [${usually ? 'Y/n' : 'y/N'}] `))?.trim();
      if (answer === undefined) return false;
      if (answer === '') return usually;
      if (/^y(es)?$/i.test(answer)) return true;
      if (/^no?$/i.test(answer)) return false;
      process.stderr.write('expected y or n; Enter is the one in capitals\n');
    }
  }

  /** A question that is still open is withdrawn. */
  close(): void {
    this.#asking?.close();
    if (this.#owns) this.#input.destroy();
    else this.#input.pause();
  }
}

/** The terminal, though stdin may be something else; undefined where there is none. */
export function openTerminal(): Terminal | undefined {
  if (process.stdin.isTTY) return new Terminal(process.stdin, false);
  try {
    return new Terminal(new ReadStream(openSync('/dev/tty', 'r+')), true);
  } catch {
    return undefined;
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
