// textlint's rules: the words that prose leaves out, and long sentences.
import { proseOf } from './prose-of.js';
import { longSentencesIn } from './sentences.js';
import { wordsIn } from './words.js';

/**
 * A rule that reads the prose of nodes. Block quotes have the words of others, and are not read.
 *
 * @param {readonly string[]} types
 * @param {(text: string) => import('./words.js').Finding[]} find
 */
const ruleOf =
  (types, find) =>
  (/** @type {any} */ { Syntax, RuleError, report, locator }) => {
    let quotes = 0;
    const read = (/** @type {any} */ node) => {
      if (quotes > 0) return;
      for (const { from, to, message } of find(proseOf(node)))
        report(node, new RuleError(message, { padding: locator.range([from, to]) }));
    };
    return {
      ...Object.fromEntries(types.map((type) => [Syntax[type], read])),
      [Syntax.BlockQuote]: () => void quotes++,
      [`${Syntax.BlockQuote}:exit`]: () => void quotes--,
    };
  };

export const words = ruleOf(['Paragraph', 'Header', 'TableCell'], wordsIn);
export const sentences = ruleOf(['Paragraph'], longSentencesIn);
