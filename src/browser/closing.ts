/** Closing what was opened in a browser, step by step: each is tried, and given its time, whatever became of those before it. */
import { type Clock, systemClock } from '../base/clock.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { ifStillThere } from './gone.ts';

/** How long a browser may take for a step that ends something, milliseconds. */
const LONGEST = 3_000;

/** What failed while something was closed. */
export class Closing {
  readonly #failures: { readonly what: string; readonly error: unknown }[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Resolves when the step is done, has failed, or has had its time. A target that is gone needs no closing. */
  async step(what: string, work: () => unknown): Promise<void> {
    try {
      await withinLimit(ifStillThere(Promise.resolve(work())), LONGEST, this.#clock);
    } catch (error) {
      this.#failures.push({ what, error });
    }
  }

  /** @throws StuntkeyError `not-closed` that names every step that failed, with the first error as `cause` */
  finish(): void {
    const [first] = this.#failures;
    if (first === undefined) return;
    const all = this.#failures.map(({ what, error }) => `${what}: ${(error as Error)?.message ?? error}`);
    throw new StuntkeyError(
      'not-closed',
      `detached, but not all of it could be put back: ${all.join('; ')}`,
      {
        cause: first.error,
      },
    );
  }
}

/** @throws what the work throws, or that it took longer than so many milliseconds */
export async function withinLimit<T>(
  work: Promise<T>,
  milliseconds: number,
  clock: Clock = systemClock,
): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(milliseconds, () => reject(new Error(`no answer within ${milliseconds} ms`)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
