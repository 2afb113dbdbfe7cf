/** The time a ceremony has: until it is done, its timer expires, or the page aborts it. */
import type { Clock } from '../base/clock.ts';
import { webAuthnError } from '../webauthn/errors.ts';

/** Milliseconds: the most a page can ask for, and what it gets without asking. WebAuthn leaves the range to the client. */
const LONGEST_TIMEOUT = 600_000;
const DEFAULT_TIMEOUT = 300_000;

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
}

/**
 * Runs a ceremony within its limits. `work` gets what tells it to cancel what it began; when that happens it does not
 * matter how it ends.
 *
 * @throws the page's abort reason, a NotAllowedError when the timer expires, or what `work` throws
 */
export async function withinLimits<T>(
  limits: CeremonyLimits,
  work: (cancellation: Cancellation) => Promise<T>,
): Promise<T> {
  const { clock, signal } = limits;
  throwIfAborted(signal);
  const { timeout: asked = DEFAULT_TIMEOUT } = limits;
  const timeout = asked === Number.POSITIVE_INFINITY ? asked : Math.min(asked, LONGEST_TIMEOUT);
  const ending = new Ending();
  const onAbort = (): void => ending.end(signal?.reason);
  const timedOut = (): void =>
    ending.end(webAuthnError('NotAllowedError', `The operation timed out after ${timeout} ms.`));
  // A page that has gone waits for nothing: the lifetime timer is no reason to stay.
  const stopTimer =
    timeout === Number.POSITIVE_INFINITY ? () => {} : clock.after(timeout, timedOut, { background: true });
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await work(ending);
    ending.throwIfEnded();
    return result;
  } catch (error) {
    ending.throwIfEnded();
    throw error;
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** An end from outside: at most one, with its reason. */
class Ending implements Cancellation {
  #reason: unknown;
  #ended = false;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#ended) this.#controller.abort();
    return this.#controller.signal;
  }

  end(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reason = reason;
    this.#controller?.abort();
  }

  throwIfEnded(): void {
    if (this.#ended) throw this.#reason;
  }
}

/** The page's own reason, whatever value it is. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
