// docs/mutants.md: the scores, and why each survivor of the rooms that are tried whole may live.
import { readFileSync } from 'node:fs';

/**
 * Why a mutant may live: by file, by the line's text and what replaces a part of it, which stay when lines move.
 *
 * @type {readonly { file: string, text: string, replacement?: string, why: string }[]}
 */
const EXPLAINED = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'));

/** @typedef {{ file: string, line: number, mutatorName: string, original: string, replacement: string, text: string }} Survivor */
/**
 * What is known of a room: `sample` is how many mutants were drawn, absent where all were tried.
 *
 * @typedef {{ room: string, sample?: number, seed?: number, counts: Record<string, number>, score: number, seconds: number, commit: string, date: string, survivors: readonly Survivor[] }} Result
 */

/** @param {Survivor} survivor @returns {string | undefined} */
export const reasonOf = ({ file, text, replacement }) =>
  EXPLAINED.find(
    (one) =>
      one.file === file &&
      one.text === text &&
      (one.replacement === undefined || one.replacement === replacement),
  )?.why;

const cell = (/** @type {string} */ text) => {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  return `\`${line.length > 90 ? `${line.slice(0, 89)}…` : line}\``;
};

/** @param {Result} result */
const row = ({ room, sample, seed, counts, score, seconds, commit, date }) =>
  `| ${[
    room,
    `${sample === undefined ? 'all' : `drawn by seed ${seed}`}: ${counts.Killed + counts.Timeout + counts.Survived + counts.NoCoverage}`,
    counts.Killed,
    counts.Timeout,
    counts.Survived,
    counts.NoCoverage,
    `${score.toFixed(1)} %`,
    seconds,
    `${date}, ${commit}`,
  ].join(' | ')} |`;

/** @param {readonly Result[]} results */
export function page(results) {
  const lines = [
    '# Mutants',
    '',
    '`npm run mutants` changes the code a little, in thousands of ways (Stryker; texts are left alone), and runs the tests that execute the changed',
    'line. A mutant is killed if a test fails, or if the tests do not end any more. The score is the share of killed mutants among those that',
    'some test executes. The rooms that decide about keys and RP IDs are tried whole, and their surviving mutants are listed, with the reason',
    'why each may live (`tools/mutants/survivors.json`). Of the other rooms a sample is tried, for the score alone.',
    '',
    'The command writes this page. Each row says when the room was tried, and at which commit.',
    '',
    '| room | tried | killed | did not end | survived | not executed | score | seconds | when |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...results.map(row),
    '',
    '## Survivors',
    '',
  ];
  for (const { room, sample, survivors } of results) {
    if (sample !== undefined) continue;
    lines.push(`### ${room}`, '');
    if (survivors.length === 0) lines.push('None.', '');
    else {
      lines.push('| where | code | instead | why it may live |', '| --- | --- | --- | --- |');
      for (const survivor of survivors) {
        const { file, line, original, replacement } = survivor;
        const where = `${file.replace('src/', '')}:${line}`;
        lines.push(
          `| ${where} | ${cell(original)} | ${cell(replacement || 'nothing')} | ${reasonOf(survivor) ?? 'not explained'} |`,
        );
      }
      lines.push('');
    }
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
