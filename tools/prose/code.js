// textlint's plugin for TypeScript and JavaScript: the prose of a file are its comments, and the texts in it that are more than a word.
import jsTokens from 'js-tokens';

/** @typedef {{ type: 'Str' | 'Code', from: number, to: number }} Part */

/** A text of several words. */
const WORDS = /\p{L}{2,}[,;:.]? +\p{L}/u;
/** In comments and texts: what is between backticks, a link, and the name that a tag is about. */
const CODE = /\\?`[^`]*\\?`|\{@link [^}]*\}|@(?:throws|param|typedef|property) (?:\{[^}]*\} )?[\w.[\]=]+/g;

/**
 * The prose of a file, a paragraph each.
 *
 * @param {string} text
 * @param {boolean} [jsx] whether there are elements in it
 * @returns {Part[][]}
 */
export function paragraphsIn(text, jsx = false) {
  /** @type {Part[][]} */
  const paragraphs = [];
  let offset = 0;
  /** Where a comment of one line ended that the next may go on with. */
  let goesOn = -1;
  for (const { type, value } of jsTokens(text, { jsx })) {
    const end = offset + value.length;
    if (type === 'SingleLineComment') {
      const parts = partsOf(text, offset + 2, end);
      if (goesOn >= 0 && /^[^\S\n]*\n[^\S\n]*$/.test(text.slice(goesOn, offset)))
        paragraphs.at(-1)?.push(...parts);
      else paragraphs.push(parts);
      goesOn = end;
    } else if (type !== 'WhiteSpace' && type !== 'LineTerminatorSequence') {
      goesOn = -1;
      if (type === 'MultiLineComment') paragraphs.push(...ofComment(text, offset, end));
      else if (
        /^(?:StringLiteral|NoSubstitutionTemplate|Template|JSXString|JSXText)/.test(type) &&
        WORDS.test(value)
      )
        paragraphs.push(partsOf(text, offset, end));
    }
    offset = end;
  }
  return paragraphs.filter((parts) => parts.length > 0);
}

/** The paragraphs of a block comment, without its stars and its examples. @param {string} text @param {number} from @param {number} to */
function ofComment(text, from, to) {
  /** @type {Part[][]} */
  const paragraphs = [[]];
  let fenced = false;
  let example = false;
  let at = from + 2;
  for (const line of text.slice(at, to - 2).split('\n')) {
    const begin = at + (/^\s*\*+/.exec(line)?.[0].length ?? 0);
    const end = at + line.length;
    const content = text.slice(begin, end).trim();
    if (content.startsWith('```')) fenced = !fenced;
    else if (!fenced) {
      if (content.startsWith('@')) example = content.startsWith('@example');
      if (content === '' || content.startsWith('@')) paragraphs.push([]);
      if (!example) paragraphs.at(-1)?.push(...partsOf(text, begin, end));
    }
    at = end + 1;
  }
  return paragraphs;
}

/** Text and code by turns. @param {string} text @param {number} from @param {number} to @returns {Part[]} */
function partsOf(text, from, to) {
  /** @type {Part[]} */
  const parts = [];
  let at = from;
  for (const { 0: code, index } of text.slice(from, to).matchAll(CODE)) {
    parts.push({ type: 'Str', from: at, to: from + index });
    at = from + index + code.length;
    parts.push({ type: 'Code', from: from + index, to: at });
  }
  parts.push({ type: 'Str', from: at, to });
  return parts.filter((part) => part.to > part.from);
}

/** textlint's tree of a file. @param {string} text @param {string} [path] */
function documentOf(text, path = '') {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  let line = 1;
  const position = (/** @type {number} */ offset) => {
    while (line < starts.length && (starts[line] ?? 0) <= offset) line++;
    while ((starts[line - 1] ?? 0) > offset) line--;
    return { line, column: offset - (starts[line - 1] ?? 0) };
  };
  const node = (/** @type {string} */ type, /** @type {number} */ from, /** @type {number} */ to) => ({
    type,
    raw: text.slice(from, to),
    range: [from, to],
    loc: { start: position(from), end: position(to) },
  });
  const leaf = (/** @type {Part} */ { type, from, to }) => ({
    ...node(type, from, to),
    value: text.slice(from, to),
  });
  const children = paragraphsIn(text, path.endsWith('.tsx')).map((parts) => ({
    ...node('Paragraph', parts[0]?.from ?? 0, parts.at(-1)?.to ?? 0),
    children: parts.map(leaf),
  }));
  return { ...node('Document', 0, text.length), children };
}

class CodeProcessor {
  availableExtensions() {
    return ['.ts', '.tsx', '.js', '.cjs', '.mjs'];
  }

  processor() {
    return {
      preProcess: documentOf,
      postProcess: (/** @type {unknown[]} */ messages, filePath = '<code>') => ({ messages, filePath }),
    };
  }
}

export default { Processor: CodeProcessor };
