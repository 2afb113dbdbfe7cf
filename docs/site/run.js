// `npm run docs:site`: builds the site of the documents, and checks it.
//
//   node docs/site/run.js                     builds into docs/site/dist
//   node docs/site/run.js --out FOLDER        builds there
//   node docs/site/run.js --base /stuntkey/   for a site that is in a folder of its host
//   node docs/site/run.js --serve             builds, and shows it at http://localhost:4173/ until it is stopped; --port N: there
//   node docs/site/run.js --check FOLDER      checks a site that is built; with --serve shows it, too
//   node docs/site/run.js --reference FILE    says what is missing in the reference of a module
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { whyNotInstalled } from '../../tools/install.js';
import { given } from './given.js';
import { serveFolder } from './serve.js';
import { root, site, stage, staged } from './stage.js';

/** @param {readonly string[]} problems @param {number} [status] 2: what was asked for is wrong, and nothing was done */
function failed(problems, status = 1) {
  for (const problem of problems) console.error(`site: ${problem}`);
  process.exit(status);
}

const values = asked();
const { out, base, port } = values;

function asked() {
  try {
    return given(process.argv.slice(2));
  } catch (error) {
    return failed([/** @type {Error} */ (error).message], 2);
  }
}

const missing = whyNotInstalled('docs/site');
if (missing !== undefined) failed([missing]);

if (values.reference !== undefined) {
  const { writeReference } = await import('./reference.js');
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-reference-'));
  const file = resolve(values.reference);
  const config = { extends: join(site, 'tsconfig.json'), compilerOptions: { types: [] }, include: [file] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const entries = new Map([['given', file]]);
  const { problems } = await writeReference(join(folder, 'out'), entries, join(folder, 'tsconfig.json'));
  rmSync(folder, { recursive: true });
  if (problems.length > 0) failed(problems);
  process.exit(0);
}

if (values.check === undefined) await build();
const { problemsOf } = await import('./checks.js');
const problems = await problemsOf(out, base);
if (problems.length > 0) failed(problems);
console.log(`site: ${out}`);

if (values.serve) {
  const served = await serveFolder(out, { base, port }).catch((error) =>
    failed([`--port ${port}: ${error.message}; --port 0 is a free one`]),
  );
  console.log(`site: ${served.url}`);
}

async function build() {
  const { writeReference } = await import('./reference.js');
  const { figures } = await import('./figures.js');
  stage(await figures());
  const { reference, problems } = await writeReference(join(staged, 'reference'));
  if (problems.length > 0) failed(problems);
  const text = JSON.stringify(reference);
  writeFileSync(join(site, 'build/reference.json'), text);
  process.env.STUNTKEY_SITE_OUT = out;
  process.env.STUNTKEY_SITE_BASE = base;
  const { build: vitepress } = await import('vitepress');
  await vitepress(site, { outDir: out });
  mkdirSync(out, { recursive: true });
  // By this the checks know which page an export has.
  writeFileSync(join(out, 'reference.json'), text);
  playground();
}

/** A folder of its own, which no part of VitePress is in. */
function playground() {
  const script = join(root, 'scripts/playground.js');
  const { status } = spawnSync(process.execPath, [script, join(out, 'playground')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) failed([`scripts/playground.js ended with ${status}`]);
}
