/** Targets of a browser go away while they are spoken to. */

/** Whether an error only says that a target went away while it was spoken to. */
export function isGone(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'TargetCloseError' ||
    /closed|crashed|detached|not attached|no session|no such (?:frame|realm|script|handle)|cannot find context|context was destroyed|discarded/i.test(
      message,
    )
  );
}

/** Work with a target that may go away meanwhile, which then does not matter. */
export function ifStillThere(work: Promise<unknown>): Promise<void> {
  return work.then(
    () => undefined,
    (error) => {
      if (!isGone(error)) throw error;
    },
  );
}
