/** The errors of a durable store, in words: LMDB and the file system have only numbers. */
import { StuntkeyError, type StuntkeyErrorCode } from '../../base/stuntkey-error.ts';

/** Codes of the `StuntkeyError`s that a durable store throws. */
export type StoreErrorCode = Extract<StuntkeyErrorCode, `store-${string}`>;

/** An error with one of the store's codes. */
export function storeError(code: StoreErrorCode, message: string, cause?: unknown): StuntkeyError {
  return new StuntkeyError(code, message, cause === undefined ? undefined : { cause });
}

/** LMDB's own return codes, and the system's by number and name. LMDB says EIO for a write that was cut short by a full disk. */
const FULL: ReadonlySet<unknown> = new Set([-30792, 5, 28, 122, 'ENOSPC', 'EDQUOT']);
const READ_ONLY: ReadonlySet<unknown> = new Set([1, 13, 30, 'EPERM', 'EACCES', 'EROFS']);
const LOCKED: ReadonlySet<unknown> = new Set([-30790, 11, 16, 'EAGAIN', 'EBUSY']);
const MISSING: ReadonlySet<unknown> = new Set([
  2,
  20,
  36,
  40,
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
  'ENAMETOOLONG',
  'ELOOP',
  'EISDIR',
]);
const DAMAGED: ReadonlySet<unknown> = new Set([
  -30797, -30796, -30795, -30794, -30793, -30784, -30782, 5, 22,
]);

/** The StuntkeyError for what LMDB or the file system threw; anything else comes back as it is. */
export function explained(error: unknown, path: string): unknown {
  if (error instanceof StuntkeyError || !(error instanceof Error)) return error;
  const code: unknown = 'code' in error ? error.code : undefined;
  const because = `(${error.message})`;
  if (FULL.has(code)) {
    return storeError(
      'store-full',
      `no room is left for the store ${path}; nothing was changed ${because}`,
      error,
    );
  }
  if (READ_ONLY.has(code)) {
    return storeError('store-read-only', `the store ${path} cannot be written here ${because}`, error);
  }
  if (LOCKED.has(code)) {
    return storeError('store-locked', `too many processes have the store ${path} open ${because}`, error);
  }
  if (MISSING.has(code)) return storeError('store-missing', `no store at ${path} ${because}`, error);
  if (DAMAGED.has(code)) return storeError('store-damaged', `the store ${path} is damaged ${because}`, error);
  if (typeof code === 'number' || (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code))) {
    return storeError(
      'store-failed',
      `the store ${path} cannot be used: the system refused ${because}`,
      error,
    );
  }
  return error;
}
