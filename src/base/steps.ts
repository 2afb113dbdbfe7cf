/**
 * Steps that may have to wait, written in order like those of an async function. They run at once as far as nothing has to be waited for:
 * a ceremony whose person answers at once, with a store in memory, then costs no promise and no turn.
 */

/** Written as a generator, in which `yield* wait(…)` has the place of `await …`. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** What a promise becomes; another value as it is. */
export function* wait<T>(value: T | Promise<T>): Steps<T> {
  return (value instanceof Promise ? yield value : value) as T;
}

/** Runs steps. @returns the result, or a promise of it where something had to be waited for. @throws what they throw at once */
export function run<T>(steps: Steps<T>): T | Promise<T> {
  const { done, value } = steps.next();
  return done ? value : goOn(steps, value);
}

async function goOn<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  for (let waiting = first; ; ) {
    const settled = await waiting.then(
      (value) => () => steps.next(value),
      (reason: unknown) => () => steps.throw(reason),
    );
    const { done, value } = settled();
    if (done) return value;
    waiting = value;
  }
}
