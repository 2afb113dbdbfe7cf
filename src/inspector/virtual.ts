/** Which rows of a long list are on the screen. Only those are in the page. */

export interface Window {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** Rows beyond the edges that are there already when someone scrolls. */
const AHEAD = 8;

/**
 * @param top how far it is scrolled, in pixels
 * @param height of what is visible
 */
export function windowOf(count: number, rowHeight: number, top: number, height: number): Window {
  if (count <= 0 || rowHeight <= 0) return { first: 0, end: 0 };
  const scrolled = clamp(top, 0, Math.max(0, count * rowHeight - height));
  const first = Math.max(0, Math.floor(scrolled / rowHeight) - AHEAD);
  const end = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + AHEAD);
  return { first, end };
}

/** How far to scroll so that a row is seen whole; as far as it is where it is seen already. */
export function scrollTo(row: number, rowHeight: number, top: number, height: number): number {
  const start = row * rowHeight;
  if (start < top) return start;
  const end = start + rowHeight;
  return end > top + height ? end - height : top;
}

/** Where a key leads from a row; undefined for keys that lead nowhere. */
export function rowByKey(key: string, row: number, count: number, perPage: number): number | undefined {
  if (count === 0) return undefined;
  const page = Math.max(1, perPage - 1);
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: count - 1,
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined ? undefined : clamp(target, 0, count - 1);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
