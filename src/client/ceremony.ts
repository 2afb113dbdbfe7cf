/** The limits of a ceremony: it runs until it is done, its timer expires, or the page aborts it. */
import type { CancelSignal } from '../base/canceler.ts';
import type { Clock } from '../base/clock.ts';
import { timer } from '../base/timer.ts';
import { nextTurn } from '../base/turn.ts';
import { notAllowed, webAuthnError } from '../webauthn/errors.ts';

/**
 * Milliseconds: the shortest and longest timeout of a page, and the default. WebAuthn leaves the range to the client,
 * and has it take the closest value (5.1.3 step 4, 5.1.4 step 3): a page that says 0, or null, does not time out at once.
 */
const SHORTEST_TIMEOUT = 1000;
const LONGEST_TIMEOUT = 600_000;
const DEFAULT_TIMEOUT = 300_000;

/**
 * How many exchanges with devices a ceremony has before each further one waits for a turn of the event loop. Ordinary ceremonies have two
 * to six, and do not wait.
 */
const EXCHANGES_IN_A_ROW = 8;

/** What ends a ceremony from outside. */
export interface CeremonyLimits {
  readonly clock: Clock;
  /** As the page asked for; undefined for the default. Infinity for conditional mediation. */
  readonly timeout: number | undefined;
  readonly signal: CancelSignal | undefined;
}

/** Tells a request that its ceremony is over. The signal is made only when it is read. */
export interface Cancellation {
  readonly signal: AbortSignal;
  /** What the signal would say. A device that is busy asks this, and no signal has to be made for it. */
  readonly aborted: boolean;
  /**
   * Called before every exchange with a device: a device that answers at once, again and again, must not keep timers and signals
   * from their turn, and the ceremony must not go on when it is over.
   *
   * @returns what to wait for, if anything
   * @throws Ended, or rejects with it
   */
  exchange(): Promise<void> | undefined;
}

/** The ceremony is over, and the result of this step is no longer needed. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/**
 * Runs a ceremony within its limits. An end from outside does not wait for `work`, which gets a cancellation
 * for what it began; after that it does not matter how `work` ends, or whether it does.
 *
 * @throws the page's abort reason, a NotAllowedError when the timer expires or the clock fails, or what `work` throws
 */
export function withinLimits<T>(
  limits: CeremonyLimits,
  work: (cancellation: Cancellation) => Promise<T>,
): Promise<T> {
  const { clock, signal, timeout: asked = DEFAULT_TIMEOUT } = limits;
  const timeout =
    asked === Number.POSITIVE_INFINITY ? asked : Math.min(Math.max(asked, SHORTEST_TIMEOUT), LONGEST_TIMEOUT);
  return new Promise<T>((resolve, reject) => {
    throwIfAborted(signal);
    const ending = new Ending();
    let stopTimer = (): void => {};
    const settle = (): void => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    const end = (reason: unknown): void => {
      settle();
      reject(reason);
      ending.end();
    };
    const onAbort = (): void => end(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (timeout !== Number.POSITIVE_INFINITY) {
      const timedOut = (): void =>
        end(webAuthnError('NotAllowedError', `The operation timed out after ${timeout} ms.`));
      try {
        // A page that has gone does not wait: the lifetime timer must not keep the process alive.
        stopTimer = timer(clock, timeout, timedOut, { background: true });
      } catch (cause) {
        return end(notAllowed(cause));
      }
      if (ending.ended) return;
    }
    work(ending).then(
      (result) => {
        settle();
        resolve(result);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

/** An end from outside, at most once. */
class Ending implements Cancellation {
  ended = false;
  #exchanges = 0;
  #controller: AbortController | undefined;

  get aborted(): boolean {
    return this.ended;
  }

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

/** The page's own reason, of any type. */
export function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
