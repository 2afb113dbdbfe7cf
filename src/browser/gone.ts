/** Targets of a browser may go away while commands are under way. */

/** Whether an error only says that a target went away during a command. */
export function isGone(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'TargetCloseError' ||
    /closed|crashed|detached|not attached|no session|no frame for given id|no such (?:frame|realm|script|handle)|cannot find context|context was destroyed|discarded/i.test(
      message,
    )
  );
}

/** Work with a target that may go away meanwhile, which is no error. */
export function ifStillThere(work: Promise<unknown>): Promise<void> {
  return work.then(
    () => undefined,
    (error) => {
      if (!isGone(error)) throw error;
    },
  );
}
