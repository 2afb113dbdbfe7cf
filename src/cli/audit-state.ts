/** What an audit knows so far, in a file: whole, or as it was before. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AuditResult, AuditState } from '../audit/verdict.ts';
import { readJson } from './input.ts';

/** After how many verdicts the state is written again. */
const WRITE_EVERY = 20;

export class KeptState {
  readonly #path: string | undefined;
  #unwritten = 0;
  #last: AuditState | undefined;

  /** @param path undefined: nothing is kept */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  async read(): Promise<AuditState | undefined> {
    if (this.#path === undefined || !existsSync(this.#path)) return undefined;
    const { readState } = await import('../audit/verdict-shape.ts');
    return readState(await readJson(this.#path, 'resume'));
  }

  keep(state: AuditState): void {
    this.#last = state;
    this.#unwritten += 1;
    if (this.#unwritten >= WRITE_EVERY) this.#write();
  }

  /** What is complete need not be gone on with. */
  end({ outcome }: AuditResult): void {
    if (this.#path === undefined) return;
    if (outcome === 'complete') rmSync(this.#path, { force: true });
    else this.#write();
  }

  #write(): void {
    this.#unwritten = 0;
    if (this.#path === undefined || this.#last === undefined) return;
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#last), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}
