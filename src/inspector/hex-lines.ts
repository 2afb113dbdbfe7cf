/** Bytes in lines. */

/** Pixels from which on there is room for sixteen beside their tree. */
const WIDE = 860;

/** Bytes of one line, where tree and bytes have so many pixels together. */
export function bytesPerLine(width: number): number {
  return width >= WIDE ? 16 : 8;
}

/** The line that an offset is in. */
export function lineOf(offset: number, length: number, perLine: number): number {
  return Math.floor(Math.min(offset, Math.max(0, length - 1)) / perLine);
}
