/** Waiting for the event loop, and not for time. */

/** So many turns of the event loop later. */
export async function turns(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** The state of a promise: its value, its reason, or that it is pending. */
export type Standing = { value: unknown } | { reason: unknown } | 'pending';

/** Looks at a promise as it goes. */
export function watched(promise: Promise<unknown>): { readonly standing: Standing } {
  const seen = { standing: 'pending' as Standing };
  promise.then(
    (value) => {
      seen.standing = { value };
    },
    (reason: unknown) => {
      seen.standing = { reason };
    },
  );
  return seen;
}

/** Rejections that were not handled while `work` ran, and a few turns after. */
export async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  try {
    await work();
    await turns(3);
  } finally {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
  }
  return unhandled;
}
