/** What a failing test prints of its ceremonies. */

/** A ceremony, as a text, and whether it was refused. */
export interface Told {
  readonly text: string;
  readonly refused: boolean;
}

/**
 * Those that were refused, or all. Where none was, a line says so: the test failed for another reason.
 *
 * @param all whether those that succeeded are told, too
 */
export function reportOf(ceremonies: readonly Told[], all: boolean): string {
  const told = ceremonies.filter(({ refused }) => refused || all);
  if (told.length > 0) return told.map(({ text }) => `stuntkey: ${text}\n`).join('\n');
  const { length } = ceremonies;
  return `stuntkey: ${length} ${length === 1 ? 'ceremony' : 'ceremonies'}, none of them refused; traceFailures: 'all' prints them\n`;
}
