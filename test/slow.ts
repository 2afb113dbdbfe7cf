/** Tests that take long: `SLOW=1` runs them. */
import { it } from 'vitest';

/** Why they are skipped; undefined where they are not. */
export const withoutTime: string | undefined = process.env.SLOW === undefined ? 'SLOW is not set' : undefined;

/** All of a list with `SLOW=1`, else one in so many of it, the first among them. */
export function sampled<T>(list: readonly T[], oneIn: number): readonly T[] {
  return withoutTime === undefined ? list : list.filter((_, place) => place % oneIn === 0);
}

/** A test that runs with `SLOW=1` only; a quicker one of its kind runs always. */
export const slow = it.skipIf(withoutTime !== undefined);
