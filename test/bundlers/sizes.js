// What a page loads that imports a name of stuntkey, by rooms and packages, as esbuild puts it together and minifies it:
//
//   node test/bundlers/sizes.js [NAME]        default: Authenticator
//
// What is loaded later, when it is used, is left out. docs/where-it-runs.md has the table.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { withoutNode } from '../../scripts/without-node.js';
import { requireInstalled, whyNotInstalled } from '../../tools/install.js';
import { forPage } from './for-page.js';

const FOLDER = 'test/judges/bundlers';
const root = fileURLToPath(new URL('../../', import.meta.url));
const [name = 'Authenticator'] = process.argv.slice(2);

const missing = whyNotInstalled(FOLDER);
if (missing !== undefined) {
  console.error(`sizes: ${missing}`);
  process.exit(1);
}
const { build } = /** @type {any} */ (requireInstalled(FOLDER, 'esbuild'));

/** The modules behind package.json's conditional imports, where there is no Node. */
const conditional = {
  name: 'conditional imports',
  /** @param {any} bundler */
  setup(bundler) {
    bundler.onResolve({ filter: /^#/ }, (/** @type {{ path: string }} */ { path }) => ({
      path: withoutNode[path],
    }));
  },
};

const { metafile, outputFiles } = await build({
  stdin: {
    contents: `export { ${name} } from './src/entries/index.ts';`,
    resolveDir: root,
    sourcefile: 'page.js',
  },
  absWorkingDir: root,
  outdir: '/out',
  ...forPage,
  metafile: true,
  write: false,
  logLevel: 'error',
  plugins: [conditional],
});

const outputs = Object.entries(metafile.outputs);
// (What is imported when it is used is an entry to esbuild, too.)
const [entry] = outputs.find(([, { entryPoint }]) => entryPoint === 'page.js') ?? [];
/** What is loaded at once. @type {Set<string>} */
const loaded = new Set([entry ?? '']);
for (const file of loaded)
  for (const { path, kind } of metafile.outputs[file].imports)
    if (kind === 'import-statement') loaded.add(path);

/** @type {Map<string, number>} */
const sizes = new Map();
for (const file of loaded)
  for (const [path, { bytesInOutput }] of Object.entries(metafile.outputs[file].inputs)) {
    const part =
      /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? /^src\/([^/]+)\//.exec(path)?.[1] ?? 'the page';
    sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
  }

const texts = outputFiles.filter((/** @type {{ path: string }} */ { path }) =>
  [...loaded].some((file) => path.endsWith(file.replace(/^.*out\//, '/'))),
);
const text = texts.map((/** @type {{ text: string }} */ one) => one.text).join('');
const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1);

console.log('| part | KB, minified |\n| --- | --- |');
for (const [part, size] of [...sizes].sort(([, a], [, b]) => b - a))
  if (size > 0) console.log(`| \`${part}\` | ${kilobytes(size)} |`);
console.log(`| all | ${kilobytes(total)} |`);
console.log(`\nCompressed: ${kilobytes(gzipSync(text, { level: 9 }).length)} KB, in ${loaded.size} files.`);
