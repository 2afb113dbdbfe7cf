// Sentences that are too long to be read once.

/** The most words of a sentence. */
export const MOST_WORDS = 40;

/** Ends a sentence: a stop, perhaps in brackets or quotation marks, before a capital letter, a digit or the end. */
const STOP = /[.!?…]["'”’)\]*_]*(?=\s+["'“‘([*_]*[\p{Lu}\d]|\s*$)/gu;
/** Not the end of a sentence. */
const SHORT = /(?:\b(?:e\.g|i\.e|etc|vs|cf|no|nos|sec|fig)\.|\b\p{Lu}\.)$/iu;

/**
 * Finds the sentences of a paragraph that have too many words. A piece of code counts as one word.
 *
 * @param {string} text
 * @returns {import('./words.js').Finding[]}
 */
export function longSentencesIn(text) {
  const findings = [];
  let from = 0;
  for (const { 0: stop, index } of [...text.matchAll(STOP), { 0: '', index: text.length }]) {
    const to = index + stop.length;
    if (stop !== '' && SHORT.test(text.slice(from, index + 1))) continue;
    const sentence = text.slice(from, to);
    const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    if (words.length > MOST_WORDS) {
      const begin = from + sentence.search(/\S/);
      const message = `a sentence of ${words.length} words: expected at most ${MOST_WORDS}; make two of it`;
      findings.push({ from: begin, to, message });
    }
    from = to;
  }
  return findings;
}
