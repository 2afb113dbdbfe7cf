/** Bytes in lines. */

/** Bytes of one line. */
export const PER_LINE = 16;

/** The line that an offset is in. */
export function lineOf(offset: number, length: number): number {
  return Math.floor(Math.min(offset, Math.max(0, length - 1)) / PER_LINE);
}
