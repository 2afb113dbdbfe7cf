// The words that the project's prose leaves out, and what to write instead. Code is no prose: identifiers and values keep their names.

/**
 * @typedef {object} Word
 * @property {RegExp} find
 * @property {(found: string) => string} say what to write instead
 */

/**
 * Finds whole words only. A part of a name with hyphens is no word.
 *
 * @param {string} pattern
 * @param {string | Word['say']} say
 * @returns {Word}
 */
const word = (pattern, say) => ({
  find: new RegExp(`(?<![\\w-])(?:${pattern.replaceAll(' ', '\\s+')})(?![\\w-])`, 'giu'),
  say: typeof say === 'string' ? () => say : say,
});

/**
 * A British spelling.
 *
 * @param {string} pattern
 * @param {RegExp} differs the part of the word that differs
 * @param {string} american
 */
const british = (pattern, differs, american) =>
  word(pattern, (found) => `the American spelling is "${found.replace(differs, american)}"`);

const IZE =
  'apolog|author|canonical|capital|categor|custom|emphas|final|general|initial|local|maxim|memor|minim|modern|normal|optim|organ|' +
  'priorit|random|real|recogn|sanit|serial|special|stabil|standard|summar|symbol|synchron|token|util|visual';
const OR = 'arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|rig|rum|sav|vap|vig';
const L = 'cancel|channel|fuel|label|level|marshal|model|signal|total|travel|tunnel';

/** @type {readonly Word[]} */
const WORDS = [
  word('whoever|whomever', 'name them, as in "a caller that …" or "the user who …"'),
  word('nobody|somebody', 'say who, as in "no caller" or "a user", or what happens, as in "is not checked"'),
  word('(?:came|comes?|coming) to grief', 'say what happens, as in "fails" or "throws"'),
  word('lets? off|letting off', 'say what happens, as in "is not checked"'),
  word('told of', 'say how, as in "is reported" or "is called with"'),
  word(
    '(?:stands?|stood)(?!\\s+(?:in for|for|out|still)\\b)',
    'say where, as in "is", "comes after" or "appears"',
  ),
  word('(?:has|have|had) no such form', 'say what was expected'),
  word('he|him|his|himself', 'write "it" or "they"'),
  british(`(?:de|re|un)?(?:${IZE})is(?:e|ed|er|ers|es|ing|able|ations?)`, /is(?=[eai][a-z]*$)/iu, 'iz'),
  british(`(?:mis)?(?:${OR})our(?:s|ed|ing|able|ful|less|ite|ites)?`, /our/iu, 'or'),
  british(`(?:${L})l(?:ed|er|ers|ing)`, /ll/iu, 'l'),
  british('(?:cent|fib|lit|met|theat)res?', /re/iu, 'er'),
  british('(?:defen|licen|offen|preten)ces?', /c(?=es?$)/iu, 's'),
  british('(?:enrol|fulfil)(?:s|ments?)?', /l(?=(?:s|ments?)?$)/iu, 'll'),
  british('(?:analys|catalys|paralys)(?:ed?|ing)', /s(?=[ei])/iu, 'z'),
  british('(?:mis)?spelt', /t$/iu, 'led'),
  british('learnt|burnt', /t$/iu, 'ed'),
  british('judgements?', /e/iu, ''),
  british('artefacts?', /e/iu, 'i'),
  british('grey', /e/iu, 'a'),
  british('whilst|amongst', /st$/iu, ''),
];

/**
 * @typedef {object} Finding
 * @property {number} from
 * @property {number} to
 * @property {string} message
 */

/**
 * Finds the words that prose leaves out.
 *
 * @param {string} text
 * @returns {Finding[]}
 */
export function wordsIn(text) {
  return WORDS.flatMap(({ find, say }) =>
    [...text.matchAll(find)].map(({ 0: found, index }) => ({
      from: index,
      to: index + found.length,
      message: `"${found.replace(/\s+/g, ' ')}": ${say(found)}`,
    })),
  );
}
