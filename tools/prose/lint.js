// Reads files with textlint.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { TextlintKernel } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import code from './code.js';
import { sentences, words } from './rules.js';

const kernel = new TextlintKernel();
const plugins = [
  { pluginId: 'markdown', plugin: /** @type {any} */ (markdown).default ?? markdown },
  { pluginId: 'code', plugin: code },
];
const WORDS = { ruleId: 'words', rule: words };
const SENTENCES = { ruleId: 'sentences', rule: sentences };

/**
 * What is wrong with a file's prose, a line each.
 *
 * @param {string} path
 * @param {string} root what the path is under
 * @param {boolean} [short] whether its sentences have to be short
 */
export async function problemsIn(path, root, short = false) {
  const rules = short ? [WORDS, SENTENCES] : [WORDS];
  const text = readFileSync(`${root}${path}`, 'utf8');
  const { messages } = await kernel.lintText(text, {
    ext: extname(path),
    plugins: /** @type {any} */ (plugins),
    rules: /** @type {any} */ (rules),
  });
  return messages.map(({ line, column, message }) => `${path}:${line}:${column} ${message}`);
}
