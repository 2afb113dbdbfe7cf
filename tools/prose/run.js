// `npm run check:prose`: reads the project's prose, which is its Markdown, and the comments and texts in its code.
//
//   node tools/prose/run.js           all of it
//   node tools/prose/run.js FILE …    some files; with --short, their sentences have to be short, too
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNotInstalled } from '../install.js';

const FOLDER = 'tools/prose';
const root = fileURLToPath(new URL('../../', import.meta.url));

const PROSE = ['*.md', '*.ts', '*.tsx', '*.js', '*.cjs', '*.mjs'];
/** The words themselves, and a test that plants them. */
const WITH_THE_WORDS = [`${FOLDER}/words.js`, 'test/prose.test.ts'];
/** Files whose sentences have to be short: pages. In code, a doc comment may end in the middle of one. */
const SHORT = /\.md$/;

/** Every file with prose, as git knows them. */
function everyFile() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', ...PROSE];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  // (While a merge is under way, git lists a file several times.)
  return [...new Set(listed)].filter((path) => !WITH_THE_WORDS.includes(path) && existsSync(root + path));
}

const missing = whyNotInstalled(FOLDER);
if (missing !== undefined) {
  console.error(`check: ${missing}`);
  process.exit(1);
}
const { problemsIn } = await import('./lint.js');
const given = process.argv.slice(2).filter((one) => one !== '--short');
const short = process.argv.includes('--short');
const problems = [];
const files = given.length > 0 ? given : everyFile();
for (const path of files)
  problems.push(...(await problemsIn(path, isAbsolute(path) ? '' : root, short || SHORT.test(path))));
for (const problem of problems) console.error(problem);
console.log(`prose: ${problems.length} problems in ${files.length} files`);
process.exitCode = problems.length > 0 ? 1 : 0;
