/** The time a ceremony has: until it is done, its timer expires, or the page aborts it. */
import type { Clock } from '../base/clock.ts';
import { timer } from '../base/timer.ts';
import { nextTurn } from '../base/turn.ts';
import { notAllowed, webAuthnError } from '../webauthn/errors.ts';

/**
 * Milliseconds: the least and the most a page can ask for, and what it gets without asking. WebAuthn leaves the range to the client,
 * and has it take the closest value (5.1.3 step 4, 5.1.4 step 3): a page that says 0, or null, is not answered that nobody came.
 */
const SHORTEST_TIMEOUT = 1000;
const LONGEST_TIMEOUT = 600_000;
const DEFAULT_TIMEOUT = 300_000;

/**
 * How many exchanges with devices a ceremony has before each of them waits for a turn of the event loop. Ordinary ones have two
 * to six, and are spared the wait.
 */
const EXCHANGES_IN_A_ROW = 8;

/** What ends a ceremony from outside. */
export interface CeremonyLimits {
  readonly clock: Clock;
  /** As the page asked for; undefined for the default. Infinity for conditional mediation. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What tells a request that its ceremony is over. The signal is made only for those who look at it. */
export interface Cancellation {
  readonly signal: AbortSignal;
  /**
   * Goes before every exchange with a device: what a device answers at once, again and again, must not keep timers and signals
   * from their turn, and must not go on when the ceremony is over.
   *
   * @returns what to wait for, if anything
   * @throws Ended, or rejects with it
   */
  exchange(): Promise<void> | undefined;
}

/** The ceremony is over, and nobody waits for what this would have come to. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/**
 * Runs a ceremony within its limits, whatever becomes of `work`: an end from outside does not wait for it. `work` gets what
 * tells it to cancel what it began; when that happens it does not matter how it ends, or whether it does.
 *
 * @throws the page's abort reason, a NotAllowedError when the timer expires or the clock fails, or what `work` throws
 */
export async function withinLimits<T>(
  limits: CeremonyLimits,
  work: (cancellation: Cancellation) => Promise<T>,
): Promise<T> {
  const { clock, signal } = limits;
  throwIfAborted(signal);
  const { timeout: asked = DEFAULT_TIMEOUT } = limits;
  const timeout =
    asked === Number.POSITIVE_INFINITY ? asked : Math.min(Math.max(asked, SHORTEST_TIMEOUT), LONGEST_TIMEOUT);
  const ending = new Ending();
  let stopTimer = (): void => {};
  let onAbort = (): void => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      const end = (reason: unknown): void => {
        reject(reason);
        ending.end();
      };
      onAbort = () => end(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (timeout !== Number.POSITIVE_INFINITY) {
        const timedOut = (): void =>
          end(webAuthnError('NotAllowedError', `The operation timed out after ${timeout} ms.`));
        try {
          // A page that has gone waits for nothing: the lifetime timer is no reason to stay.
          stopTimer = timer(clock, timeout, timedOut, { background: true });
        } catch (cause) {
          return end(notAllowed(cause));
        }
        if (ending.ended) return;
      }
      work(ending).then(resolve, reject);
    });
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** An end from outside, at most once. */
class Ending implements Cancellation {
  ended = false;
  #exchanges = 0;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.ended) this.#controller.abort();
    return this.#controller.signal;
  }

  exchange(): Promise<void> | undefined {
    this.#throwIfEnded();
    if (++this.#exchanges <= EXCHANGES_IN_A_ROW) return undefined;
    return nextTurn().then(() => this.#throwIfEnded());
  }

  end(): void {
    this.ended = true;
    this.#controller?.abort();
  }

  #throwIfEnded(): void {
    if (this.ended) throw new Ended('the ceremony is over');
  }
}

/** The page's own reason, whatever value it is. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
