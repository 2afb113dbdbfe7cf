import { parseAst } from 'rolldown/parseAst';

/**
 * JavaScript without the tabs that lines begin with, which are a thirtieth of the package. Lines stay where they are, and so do
 * texts that go over several.
 *
 * @param {string} code
 */
export function unindented(code) {
  /** Where texts are in which a tab means a tab. @type {[number, number][]} */
  const texts = [];
  collect(parseAst(code));
  return code.replace(/^\t+/gm, (tabs, at) =>
    texts.some(([start, end]) => at > start && at <= end) ? tabs : '',
  );

  /** @param {any} node */
  function collect(node) {
    if (node === null || typeof node !== 'object') return;
    if (node.type === 'TemplateElement') texts.push([node.start, node.end]);
    for (const child of Object.values(node)) collect(child);
  }
}
