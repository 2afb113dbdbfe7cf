/** A copy of a ceremony's options, because the caller may change the original. */

/** More levels than options have. */
const MOST_LEVELS = 8;

/** What cannot be copied is the original. */
export function copyOf(options: unknown): unknown {
  return attempt(() => plainCopy(options, MOST_LEVELS)) ?? attempt(() => structuredClone(options)) ?? options;
}

function attempt(copy: () => unknown): unknown {
  try {
    return copy();
  } catch {
    return undefined;
  }
}

/** Of values that JSON has, as options nearly always are: structuredClone takes four times as long. @throws Error for others */
function plainCopy(value: unknown, levels: number): unknown {
  if (typeof value === 'function' || typeof value === 'symbol' || levels === 0) throw new Error('not plain');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => plainCopy(element, levels - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || Object.hasOwn(value, '__proto__'))
    throw new Error('not plain');
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    copy[key] = plainCopy((value as Record<string, unknown>)[key], levels - 1);
  }
  return copy;
}
