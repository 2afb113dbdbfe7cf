/** An audit of a server in the page: while it runs, and what it comes to. */
import type { Cause } from '../audit/reports/causes.ts';
import type { FaultResult } from '../audit/verdict.ts';
import type { Clock } from '../base/clock.ts';
import { Cell } from '../inspector/state/cell.ts';
import { relyingPartyOf, Server } from './server.ts';

/** What a visitor waits for. */
export interface Progress {
  readonly done: number;
  /** 0 before the first verdict. */
  readonly total: number;
}

export interface Verdict {
  /** In a sentence. */
  readonly conclusion: string;
  /** Whether every fault was tried, and none is a finding. */
  readonly isGood: boolean;
  readonly causes: readonly Cause[];
  /** The audit's short report, as the command prints it. */
  readonly report: string;
}

/** Milliseconds for one ceremony. A function of the server that takes longer than its own limit ends the server, and the audit with it. */
const LONGEST_CEREMONY = 60_000;

export class Auditing {
  readonly progress: Cell<Progress | undefined> = new Cell<Progress | undefined>(undefined);
  readonly verdict: Cell<Verdict | undefined> = new Cell<Verdict | undefined>(undefined);
  readonly problem: Cell<string | undefined> = new Cell<string | undefined>(undefined);
  readonly #clock: Clock;
  #abort: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Audits a server that is made of the text, and knows no account. One that is under way ends. */
  async run(text: string): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.verdict.set(undefined);
    this.problem.set(undefined);
    this.progress.set({ done: 0, total: 0 });
    let server: Server | undefined;
    try {
      server = await Server.start(text, this.#clock);
      const { over } = server;
      over.addEventListener('abort', () => abort.abort(over.reason), { once: true });
      const verdict = await audited(server, abort.signal, (progress) => {
        if (this.#abort === abort) this.progress.set(progress);
      });
      if (this.#abort === abort) this.verdict.set(verdict);
      // (Judged as far as it went.)
      if (over.aborted && this.#abort === abort) this.problem.set((over.reason as Error).message);
    } catch (error) {
      if (this.#abort === abort) this.problem.set((error as Error).message);
    } finally {
      server?.end();
      if (this.#abort === abort) this.progress.set(undefined);
    }
  }

  /** Ends the audit with what it has. */
  stop(): void {
    this.#abort?.abort();
  }
}

async function audited(
  server: Server,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Verdict> {
  const [{ chosenFaults }, { runAudit }, { callbackTarget }, { causesOf }, { conclusion }, { table }] =
    await Promise.all([
      import('../audit/chosen.ts'),
      import('../audit/runner/run.ts'),
      import('../audit/targets/callbacks.ts'),
      import('../audit/reports/causes.ts'),
      import('../audit/reports/findings.ts'),
      import('../audit/reports/table.ts'),
    ]);
  const result = await runAudit(callbackTarget(relyingPartyOf(server, 'the server in this page')), {
    faults: chosenFaults(undefined, 'passkey'),
    timeout: LONGEST_CEREMONY,
    signal,
    onProgress: ({ done, total }) => onProgress({ done, total }),
  });
  const causes = causesOf(result);
  return {
    conclusion: conclusion(result),
    isGood: result.outcome === 'complete' && causes.length === 0,
    causes,
    report: table(result),
  };
}

/** The finding that shows a cause best. */
export function worstOf({ results }: Cause): FaultResult {
  return results[0] as FaultResult;
}
