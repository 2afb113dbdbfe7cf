// `npm run docs:site`: builds the site of the documents, and checks it.
//
//   node docs/site/run.js                     builds into docs/site/dist
//   node docs/site/run.js --out FOLDER        builds there
//   node docs/site/run.js --base /stuntkey/   for a site that is in a folder of its host
//   node docs/site/run.js --serve             builds, and shows it on loopback until it is stopped
//   node docs/site/run.js --check FOLDER      checks a site that is built
//   node docs/site/run.js --reference FILE    says what is missing in the reference of a module
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNotInstalled } from '../../tools/install.js';
import { root, site, stage, staged } from './stage.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(site, 'dist') },
    base: { type: 'string', default: '/' },
    serve: { type: 'boolean', default: false },
    check: { type: 'string' },
    reference: { type: 'string' },
  },
});
const out = resolve(values.check ?? values.out);
const { base } = values;

/** @param {readonly string[]} problems */
function failed(problems) {
  for (const problem of problems) console.error(`site: ${problem}`);
  process.exit(1);
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
  const { serve } = await import('vitepress');
  await serve({ root: site, base, port: 4173 });
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
