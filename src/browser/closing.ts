/** Closes what was opened in a browser, step by step. Each step is tried, within its time, also after earlier ones failed. */
import { type Clock, systemClock } from '../base/clock.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { ifStillThere } from './gone.ts';

/** How long a browser may take for a step that ends something, milliseconds. */
const LONGEST = 3_000;

/** The steps that failed. */
export class Closing {
  readonly #failures: { readonly what: string; readonly error: unknown }[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Resolves when the step is done, has failed, or its time is over. A target that is gone need not be closed. */
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

/** @throws the error of the work, or an Error after the given milliseconds */
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
