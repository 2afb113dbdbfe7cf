// The prose of a node of textlint's tree, at its places in the source.

/** In place of code: a word, with a capital letter, since a sentence may begin with it. */
const CODE = 'X';

/**
 * The text of a node as long as its source: text as it is, code as one word, and blanks for all else, such as the addresses of links.
 *
 * @param {import('@textlint/ast-node-types').TxtNode} node
 * @returns {string}
 */
export function proseOf(node) {
  const [start] = node.range;
  const characters = Array.from({ length: node.raw.length }, (_, i) => (node.raw[i] === '\n' ? '\n' : ' '));
  const visit = (/** @type {any} */ { type, range: [from, to], raw, children }) => {
    if (type === 'Str') for (let i = from; i < to; i++) characters[i - start] = raw[i - from];
    else if (type === 'Code') characters.fill(CODE, from - start, to - start);
    else for (const child of children ?? []) visit(child);
  };
  visit(node);
  return characters.join('');
}
