// For Stryker: texts of errors are not rules, and neither is what they are put together from.

/** Kinds of nodes that make a text; a name of a code is none of them, as it comes first. */
const TEXTS = new Set([
  'TemplateLiteral',
  'StringLiteral',
  'ConditionalExpression',
  'LogicalExpression',
  'BinaryExpression',
]);

export const messages = {
  /** @param {any} path of a node, as Babel gives it */
  shouldIgnore({ node, parent, listKey, key }) {
    if (parent?.type !== 'NewExpression' || listKey !== 'arguments') return undefined;
    const { name = '' } = parent.callee;
    if (!name.endsWith('Error') || !TEXTS.has(node.type)) return undefined;
    return key > 0 || parent.arguments.length === 1 ? 'the text of an error' : undefined;
  },
};
