/** Warnings of exports and imports. */
import { isBytes } from '../base/bytes.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';

/**
 * A member of a credential that a format cannot hold, or that is in a file and not imported.
 *
 * - `lost`: a member of the credential that is not in the value; a reader of the value gets another one, or none
 * - `ignored`: a member of the value that our credentials do not have
 * - `unusable`: the format holds it, but the format's own programs cannot use it
 * - `excluded`: a whole credential that must not be in the file
 */
export interface PortableWarning {
  readonly code: 'lost' | 'ignored' | 'unusable' | 'excluded';
  readonly format: string;
  /** Credential ID, in base64url; absent where none is known. */
  readonly id?: string;
  /** The member's name, on the side that has it. Absent for `excluded`. */
  readonly member?: string;
  readonly message: string;
}

export function malformed(format: string, member: string, expected: string, got: unknown): StuntkeyError {
  return new StuntkeyError('bad-credential', `${format}: ${member}: expected ${expected}, got ${shown(got)}`);
}

/** @returns the error for a credential that a format has no place for at all */
export function notPortable(format: string, why: string): StuntkeyError {
  return new StuntkeyError('not-portable', `${format} cannot hold this credential: ${why}`);
}

const LONGEST = 60;

/** A value for messages, shortened. */
export function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isBytes(value)) return `${value.length} bytes`;
  if (typeof value !== 'string') return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
  return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
}
