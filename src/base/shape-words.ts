/** The words of what a shape refuses: what was expected, what was given, and what was probably meant. */
import { nearest } from './nearest.ts';

interface Issue {
  readonly input: unknown;
  readonly expected: string | null;
}

/** "expected this, got that". */
export function expected(what: string): (issue: Issue) => string {
  return ({ input }) => `expected ${what}, got ${shown(input)}`;
}

/** The same without the value itself. */
export function expectedSecret(what: string): (issue: Issue) => string {
  return ({ input }) => {
    const kind = typeof input === 'string' ? `a text of ${input.length} characters` : `a ${typeof input}`;
    return `expected ${what}, got ${input === undefined || input === null ? shown(input) : kind}`;
  };
}

/** "expected one of these, got that", and the one that was probably meant. */
export function expectedOneOf(
  options: readonly unknown[],
  meantBy: (input: unknown) => unknown,
): (issue: Issue) => string {
  return ({ input }) => {
    const meant = meantBy(input);
    return `expected one of ${options.join(', ')}, got ${shown(input)}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  };
}

/** A value in a message: short, and only its kind where it is large. */
export function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string')
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (isPromise(value)) return 'a promise (is an await missing?)';
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object';
}

function isPromise(value: object): boolean {
  return typeof (value as { then?: unknown }).then === 'function';
}

/** The most names that are listed when a near one is known. */
const MOST_NAMES = 16;

/** "there is no such member; did you mean this? There are: …". */
export function noSuch(given: unknown, known: readonly string[]): string {
  const meant = nearest(given, known);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  if (meant !== undefined && known.length > MOST_NAMES) return `there is no such member${hint}`;
  const names = known.length === 0 ? 'expected no members' : `expected one of ${known.join(', ')}`;
  return `there is no such member${hint || ';'} ${names}`;
}
