/** What JSON.parse does not tell: where the value ends, which names appear twice, how deep it goes. */

/** A JSON text, as far as it goes. */
export interface JsonReading {
  /** Undefined when there is no JSON value at its beginning. */
  readonly value: unknown;
  /** Whether there is one. */
  readonly found: boolean;
  /** The text after it, but for white space. */
  readonly trailing: string;
  /** Names of the outermost object that appear more than once. */
  readonly duplicates: readonly string[];
  /** Every member name, at any depth. */
  readonly names: ReadonlySet<string>;
  /** Levels of arrays and objects. */
  readonly depth: number;
}

const NOTHING: JsonReading = {
  value: undefined,
  found: false,
  trailing: '',
  duplicates: [],
  names: new Set(),
  depth: 0,
};

/** Reads the JSON value at the beginning of a text. The last of several members with one name wins, as with JSON.parse. */
export function readJson(text: string): JsonReading {
  const { end, ...scanned } = scan(text);
  for (const [candidate, rest] of [
    [text, ''],
    [text.slice(0, end), text.slice(end)],
  ] as const) {
    try {
      return { value: JSON.parse(candidate), found: true, trailing: rest.trim(), ...scanned };
    } catch {
      // Not JSON as a whole: perhaps its beginning is.
    }
  }
  return NOTHING;
}

/** One pass over what is taken to be JSON: where the outermost array or object ends, and what names there are. */
function scan(text: string): {
  readonly end: number;
  readonly duplicates: readonly string[];
  readonly names: ReadonlySet<string>;
  readonly depth: number;
} {
  const names = new Set<string>();
  const outermost = new Set<string>();
  const duplicates = new Set<string>();
  let depth = 0;
  let deepest = 0;
  let end = text.length;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const close = endOfString(text, i);
      const name = nameAt(text, i, close);
      if (name !== undefined) {
        names.add(name);
        if (depth === 1 && outermost.has(name)) duplicates.add(name);
        if (depth === 1) outermost.add(name);
      }
      i = close;
    } else if (character === '{' || character === '[') {
      depth++;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth <= 0) {
        end = i + 1;
        break;
      }
    }
  }
  return { end, duplicates: [...duplicates], names, depth: deepest };
}

/** The offset of the quotation mark that closes a string, or of the text's end. */
function endOfString(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

const COLON = /\s*:/y;

/** The string between two quotation marks, if a colon makes it a name. */
function nameAt(text: string, open: number, close: number): string | undefined {
  COLON.lastIndex = close + 1;
  if (!COLON.test(text)) return undefined;
  try {
    return JSON.parse(text.slice(open, close + 1)) as string;
  } catch {
    return undefined;
  }
}
