/** What is thrown for what was handed in: the code, and the sentence. */
import { StuntkeyError } from '../src/entries/index.ts';

export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof StuntkeyError) return `${error.code} ${error.message}`;
    return `not ours: ${String(error)}`;
  }
  return 'taken';
}
