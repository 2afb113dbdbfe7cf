/** Timers of a clock that was handed in, and may be anything. */
import type { Clock, TimerOptions } from './clock.ts';

/**
 * `clock.after`, once at most, and with a way to stop it that never throws.
 *
 * @throws what the clock throws when it is asked
 */
export function timer(
  clock: Clock,
  milliseconds: number,
  callback: () => void,
  options?: TimerOptions,
): () => void {
  let over = false;
  const stop: unknown = clock.after(
    milliseconds,
    () => {
      if (over) return;
      over = true;
      callback();
    },
    options,
  );
  // (An asynchronous function does not return what a clock returns; its failure is ignored.)
  if (stop instanceof Promise) stop.catch(() => {});
  return () => {
    if (over) return;
    over = true;
    try {
      if (typeof stop === 'function') stop();
    } catch {
      // It calls back in vain.
    }
  };
}
