/** A look at LMDB's file before LMDB has it: it maps the file into memory and trusts it, to the end of the process. */
import { closeSync, openSync } from 'node:fs';
import { explained, storeError } from './errors.ts';
import { AT_ONCE, glance, type Problem, type Walk, walk } from './walk.ts';

/** How often a file is walked that others write to meanwhile. */
const TRIES = 5;

/**
 * Walks a store's file. Another process may write to it meanwhile, and use pages again that were walked just then: what
 * seems wrong of a file that moved on is looked at again.
 *
 * @returns the walk (none of a large file that has all its pages), and whether what is wrong may be due to a writer: it has moved on every time
 * @throws StuntkeyError what the file system says
 */
export function walkFile(
  file: string,
  path: string,
): { readonly walked: Walk | undefined; readonly moving: boolean } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const { size, meta } = glance(descriptor);
    if (size > AT_ONCE && meta !== undefined && (meta.lastPage + 1) * meta.pageSize <= size) {
      return { walked: undefined, moving: false };
    }
    for (let tries = 1; ; tries++) {
      const walked = walk(descriptor);
      if (walked.problemCount === 0) return { walked, moving: false };
      const moving = glance(descriptor).meta?.transaction !== walked.meta?.transaction;
      if (!moving || tries === TRIES) return { walked, moving };
    }
  } catch (error) {
    throw explained(error, path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The error for a file that is not whole. */
export function damaged({ problems, problemCount, meta }: Walk, path: string): Error {
  const [first] = problems;
  if (meta === undefined) return storeError('store-damaged', `what is at ${path} is no store of stuntkey`);
  const more = problemCount > 1 ? `, and ${problemCount - 1} more` : '';
  return storeError('store-damaged', `the store ${path} is damaged: ${first && described(first)}${more}`);
}

export function described({ page, what }: Problem): string {
  return page === undefined ? what : `page ${page}: ${what}`;
}
