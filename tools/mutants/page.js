// docs/mutants.md: the scores, and why each survivor of the rooms that are tried whole may live.
import { readFileSync } from 'node:fs';

/**
 * Why a mutant may live: by file, and by the line's text and what replaces it, which stay when lines move.
 *
 * @type {readonly { file: string, text: string, replacement?: string, why: string }[]}
 */
const EXPLAINED = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'));

/** @typedef {{ file: string, line: number, mutatorName: string, replacement: string, text: string }} Survivor */
/** @typedef {{ room: string, sampled: boolean, counts: Record<string, number>, score: number, seconds: number, survivors: readonly Survivor[] }} Result */

/** @param {Survivor} survivor */
const reasonOf = ({ file, text, replacement }) =>
  EXPLAINED.find(
    (one) =>
      one.file === file &&
      one.text === text &&
      (one.replacement === undefined || one.replacement === replacement),
  )?.why;

const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 90);

/** @param {Result} result */
const row = ({ room, sampled, counts, score, seconds }) =>
  `| ${room} | ${sampled ? 'a sample' : 'all'} | ${counts.Killed} | ${counts.Timeout} | ${counts.Survived} | ${counts.NoCoverage} | ${score.toFixed(1)} % | ${seconds} |`;

/**
 * @param {readonly Result[]} results
 * @param {{ seed: string, commit: string }} run
 */
export function page(results, { seed, commit }) {
  const whole = results.filter(({ sampled }) => !sampled);
  const lines = [
    '# Mutants',
    '',
    '`npm run mutants` changes the code a little, in thousands of ways (Stryker; texts of messages are left alone), and asks whether a test',
    'notices. It writes this page. A mutant counts as killed when a test fails or does not end; those that no test comes by are listed apart, and',
    'are not in the score. The rooms that decide about keys are tried whole, the others by a sample.',
    '',
    `Made of commit ${commit} on ${new Date().toISOString().slice(0, 10)}, seed ${seed}.`,
    '',
    '| room | mutants | killed | never ended | survived | no test comes by | score | seconds |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...results.map(row),
    '',
    '## Survivors of the rooms tried whole',
    '',
  ];
  for (const { room, survivors } of whole) {
    lines.push(`### ${room}`, '');
    if (survivors.length === 0) lines.push('None.', '');
    else {
      lines.push('| where | line | instead | why it may live |', '| --- | --- | --- | --- |');
      for (const survivor of survivors)
        lines.push(
          `| ${survivor.file.replace('src/', '')}:${survivor.line} | \`${cell(survivor.text)}\` | \`${cell(survivor.replacement)}\` | ${reasonOf(survivor) ?? 'not explained yet'} |`,
        );
      lines.push('');
    }
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
