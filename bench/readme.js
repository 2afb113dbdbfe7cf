// `npm run bench -- --readme`: puts the figures that a newcomer asks for into README, with the commit and the Node that they are of.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { table } from '../scripts/markdown.js';

const README = new URL('../README.md', import.meta.url);
const PLACE = /([<]!-- bench -->\n)[\s\S]*?\n([<]!-- end of bench -->)/;

/**
 * What README says of a run, by the names of its results.
 *
 * @type {readonly [name: string, what: string, shown: (value: number) => string][]}
 */
const FIGURES = [
  ['get/raw', 'one of many thousand sign-ins in Node, beside a raw P-256 signature of node:crypto', share],
  ['create/raw', 'one of many thousand registrations in Node, beside the same', share],
  ['get/nid', 'a sign-in, beside nid-webauthn-emulator', times],
  ['create/nid', 'a registration, beside nid-webauthn-emulator', times],
  ['page get/chromium', "a sign-in in a page, beside Chromium's virtual authenticator", times],
  ['page create/chromium', "a registration in a page, beside Chromium's virtual authenticator", times],
  ['import_ms', "what `import 'stuntkey'` adds to the start of Node", (value) => `${value.toFixed(0)} ms`],
  ['stuntkey get', 'the command `stuntkey get`, its start included', (value) => `${value.toFixed(0)} ms`],
];

/** @param {number} ratio */
function share(ratio) {
  return `${ratio.toFixed(2)} of its speed`;
}

/** @param {number} ratio */
function times(ratio) {
  return `${ratio.toFixed(ratio < 3 ? 2 : 0)} times its speed`;
}

/**
 * README with the figures of a run.
 *
 * @param {string} readme
 * @param {ReadonlyMap<string, number>} results
 * @param {string} of which commit, Node and machine
 */
export function withFigures(readme, results, of) {
  if (!PLACE.test(readme)) throw new Error('expected <!-- bench --> and <!-- end of bench --> in README.md');
  const rows = FIGURES.flatMap(([name, what, shown]) => {
    const value = results.get(name);
    return value === undefined ? [] : [[what, shown(value)]];
  });
  return readme.replace(PLACE, (_, begin, end) => `${begin}${table([[of, ''], ...rows])}\n${end}`);
}

/** Writes them. @param {ReadonlyMap<string, number>} results */
export function writeFigures(results) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const of = `commit ${commit}, Node ${process.version}`;
  writeFileSync(README, withFigures(readFileSync(README, 'utf8'), results, of));
}
