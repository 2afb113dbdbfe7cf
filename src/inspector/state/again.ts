/** Runs work once more when it was asked for while it ran, and never twice at once. */
export function again(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let wanted = false;
  const run = async (): Promise<void> => {
    do {
      wanted = false;
      await work();
    } while (wanted);
  };
  return () => {
    wanted = running !== undefined;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
}
