/** The time a ceremony has: until it is done, its timer expires, or the page aborts it. */
import type { Clock } from '../authenticator/clock.ts';
import { webAuthnError } from './errors.ts';

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

/**
 * Runs a ceremony within its limits. `work` gets a signal that tells it to cancel what it began; when that happens it
 * does not matter how it ends.
 *
 * @throws the page's abort reason, a NotAllowedError when the timer expires, or what `work` throws
 */
export async function withinLimits<T>(
  limits: CeremonyLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(limits.signal);
  const timeout = Math.min(limits.timeout ?? DEFAULT_TIMEOUT, LONGEST_TIMEOUT);
  const cancel = new AbortController();
  let outside: { readonly reason: unknown } | undefined;
  const end = (reason: unknown): void => {
    outside ??= { reason };
    cancel.abort();
  };
  const onAbort = (): void => end(limits.signal?.reason);
  const stopTimer = limits.clock.after(timeout, () =>
    end(webAuthnError('NotAllowedError', `The operation timed out after ${timeout} ms.`)),
  );
  limits.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await work(cancel.signal);
    if (outside !== undefined) throw outside.reason;
    return result;
  } catch (error) {
    throw outside === undefined ? error : outside.reason;
  } finally {
    stopTimer();
    limits.signal?.removeEventListener('abort', onAbort);
  }
}

/** The page's own reason, whatever value it is. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
