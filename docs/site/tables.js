// Where the words of a table may break. A table has a page's width to itself, and no more: a column that takes all of it hides the others.

/** Characters of the longest word of prose that stays in one line. */
const LONGEST = 18;
/** Between the parts of a name, such as credentialProtectionPolicy. */
const HUMP = /(?<=[a-z\d])(?=[A-Z])/;

/**
 * A plugin of markdown-it: in tables, a name in code stays whole (`--store`, `pin-policy`), a text in code may break between its words, and a
 * long name in prose between its parts.
 *
 * @param {any} md
 */
export function breaksInTables(md) {
  md.core.ruler.push('breaks-in-tables', (/** @type {any} */ state) => {
    let isCell = false;
    for (const block of state.tokens) {
      if (/^t[dh]_(?:open|close)$/.test(block.type)) isCell = block.type.endsWith('open');
      if (!isCell || block.type !== 'inline') continue;
      block.children = block.children.flatMap((/** @type {any} */ token) => {
        if (token.type === 'code_inline' && !/\s/.test(token.content)) token.attrJoin('class', 'whole');
        return token.type === 'text' ? withBreaks(token, state.Token) : [token];
      });
    }
  });
}

/** @param {any} token @param {any} Token */
function withBreaks(token, Token) {
  const parts = token.content
    .split(/(\s+)/)
    .flatMap((/** @type {string} */ word) => (word.length > LONGEST ? word.split(HUMP) : [word]));
  /** @type {any[]} */
  const tokens = [];
  for (const part of parts) {
    const last = tokens.at(-1);
    if (last !== undefined && (/\s$/.test(last.content) || /^\s/.test(part))) last.content += part;
    else {
      if (last !== undefined) tokens.push(made(Token, 'html_inline', '<wbr>'));
      tokens.push(made(Token, 'text', part));
    }
  }
  return tokens;
}

/** @param {any} Token @param {string} type @param {string} content */
const made = (Token, type, content) => Object.assign(new Token(type, '', 0), { content });
