// `npm run mutants`: Stryker changes the code a little, in thousands of ways, and asks whether a test notices. Writes docs/mutants.md.
//
//   npm run mutants                   all rooms
//   npm run mutants -- cbor steps     these
//   npm run mutants -- --sample 100 --seed 7
//   npm run mutants -- --concurrency 1
//   npm run mutants -- --again        what was judged by tests that are as they were is taken from the last time
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whyNotInstalled } from '../install.js';
import { ROOMS } from './rooms.js';

process.chdir(fileURLToPath(new URL('../../', import.meta.url)));
const TOOL = 'tools/mutants';
const SANDBOXES = '.tmp-mutants';
const WORK = `${SANDBOXES}/${process.pid}`;
/** What the page is made of: rooms may be tried one at a time. */
const RESULTS = `${TOOL}/results.json`;
/** What starts browsers and commands is not judged by what is mutated here, and what puts modules in the place of ours needs a worker of its own. */
const UNFIT = /from '(?:\.\.\/)+(?:browser|cli|kernel)\/|\bvi\.(?:do)?[mM]ock\(/;

const KEPT = 'node_modules/.cache/mutants';
/** Texts of messages are not rules. */
const EXCLUDED = ['StringLiteral'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    again: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !ROOMS.some((room) => room.name === name));
if (unknown.length > 0) {
  console.error(
    `mutants: no room ${unknown.join(', ')}; there are ${ROOMS.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const missing = whyNotInstalled(TOOL);
if (missing !== undefined) {
  console.error(`mutants: ${missing}`);
  process.exit(1);
}
const { sampleOf } = await import('./sample.js');
const { page, reasonOf } = await import('./page.js');

mkdirSync(WORK, { recursive: true });
let failed = false;
const asked = ROOMS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
for (const room of asked) {
  try {
    const result = await judge(room);
    failed ||= result.sample === undefined && result.score < 90;
    // After each room: hours are not to be lost.
    keep(result);
  } catch (error) {
    console.error(`mutants: ${error instanceof Error ? error.message : error}`);
    failed = true;
  }
}
rmSync(WORK, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;

/** @param {import('./page.js').Result} result */
function keep(result) {
  /** @type {Record<string, import('./page.js').Result>} */
  const kept = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  const results = ROOMS.flatMap(({ name }) => (name === result.room ? result : (kept[name] ?? [])));
  const byRoom = Object.fromEntries(results.map((one) => [one.room, one]));
  writeFileSync(RESULTS, `${JSON.stringify(byRoom, null, 2)}\n`);
  writeFileSync('docs/mutants.md', page(results));
}

/**
 * @param {import('./rooms.js').Room} room
 * @returns {Promise<import('./page.js').Result>}
 */
async function judge(room) {
  const sample = room.whole === true ? undefined : Number(values.sample);
  const seed = Number(values.seed);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const started = performance.now();
  /** @type {ReturnType<typeof read>[]} */
  const found = [];
  const parts = 'parts' in room ? room.parts : [room];
  for (const [place, { mutate, tests }] of parts.entries()) {
    const files = mutate.flatMap(filesIn);
    const places =
      sample === undefined
        ? files
        : await sampleOf(files, { size: sample, seed, excludedMutations: EXCLUDED });
    console.log(
      `\n=== ${room.name}, part ${place + 1} of ${parts.length}: ${sample === undefined ? 'every mutant' : `a sample, seed ${seed}`}`,
    );
    found.push(read(stryker(`${room.name}-${place + 1}`, places, tests.flatMap(testsOf))));
  }
  const counts = found.reduce(
    (sum, { counts }) =>
      Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, count + (sum[key] ?? 0)])),
    /** @type {Record<string, number>} */ ({}),
  );
  const killed = counts.Killed + counts.Timeout;
  const score = (100 * killed) / Math.max(1, killed + counts.Survived);
  const survivors = found.flatMap((part) => part.survivors);
  console.log(`${JSON.stringify(counts)}: ${score.toFixed(1)} % of those that tests execute`);
  return {
    room: room.name,
    ...(sample !== undefined && { sample, seed }),
    counts,
    score,
    seconds: Math.round((performance.now() - started) / 1000),
    commit,
    date: new Date().toISOString().slice(0, 10),
    survivors: sample === undefined ? survivors : [],
  };
}

/**
 * @param {string} name
 * @param {readonly string[]} mutate files, or places in them
 * @param {readonly string[]} tests
 */
function stryker(name, mutate, tests) {
  const report = `${WORK}/${name}.json`;
  const config = `${WORK}/${name}.config.json`;
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'resident',
      plugins: [fileURLToPath(new URL('plugin.js', import.meta.url))],
      // TypeScript 7 has no interface that Stryker could read its configuration by.
      tsconfigFile: 'none.json',
      mutate,
      mutator: { excludedMutations: EXCLUDED },
      ignorers: ['messages'],
      coverageAnalysis: 'perTest',
      reporters: ['json', 'progress-append-only'],
      jsonReporter: { fileName: report },
      tempDirName: `${WORK}/sandbox`,
      // (What the rooms' tests need of others' is in test/interop, test/judges and docs.)
      ignorePatterns: ['test/{browser,cli,kernel}', 'test/judges/*/node_modules', SANDBOXES],
      // The first run is not judged by the clock: the machine may be busy.
      dryRunTimeoutMinutes: 30,
      timeoutMS: 20_000,
      concurrency: Number(values.concurrency),
      ...(values.again && { incremental: true, incrementalFile: `${KEPT}/${name}.json` }),
      allowConsoleColors: false,
    }),
  );
  const { status } = spawnSync(
    process.execPath,
    [`${TOOL}/node_modules/@stryker-mutator/core/bin/stryker.js`, 'run', config],
    { stdio: 'inherit', env: { ...process.env, STUNTKEY_TESTS: JSON.stringify(tests) } },
  );
  if (status !== 0) throw new Error(`stryker ended with ${status} in ${name}`);
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** @param {string} path of a file, or of a folder (it ends with a slash) */
function filesIn(path) {
  if (!path.endsWith('/')) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path + name);
}

/** @param {string} subject a file of tests without its ending, or a folder */
function testsOf(subject) {
  const file = `test/${subject}.test.ts`;
  const found = existsSync(file)
    ? [file]
    : filesIn(`test/${subject}/`).filter((name) => name.endsWith('.test.ts'));
  return found.filter((name) => !UNFIT.test(readFileSync(name, 'utf8')));
}

/** @param {{ files: Record<string, { source: string, mutants: { status: string, mutatorName: string, replacement: string, location: { start: { line: number, column: number }, end: { line: number, column: number } } }[] }> }} report */
function read({ files }) {
  /** @type {Record<string, number>} */
  const counts = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
  const survivors = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const { status, mutatorName, replacement, location } of mutants) {
      counts[status] = (counts[status] ?? 0) + 1;
      if (status !== 'Survived') continue;
      const { start, end } = location;
      const [first] = lines.slice(start.line - 1);
      survivors.push({
        file,
        line: start.line,
        mutatorName,
        original: first.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined),
        replacement,
        text: first.trim(),
      });
    }
  }
  for (const { file, line, original, replacement, text } of survivors)
    if (reasonOf({ file, text, replacement }) === undefined)
      console.log(`${file}:${line}  ${text}\n    ${original} -> ${replacement}`);
  return { counts, survivors };
}
