// Puts the modules of src together into few files, because most of what an import takes is the time to open and compile one file after
// the other (docs/decisions/062-bundle.md): one file for each path that package.json names, in dist where the source is in src, and
// chunks that they share. Packages stay outside, but for valibot.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { ascii } from './ascii.js';
import { noticesOf } from './notices.js';
import { unindented } from './unindented.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = `${root}src/`;

/** Made by steps of their own. */
const ELSEWHERE = ['k6/stuntkey', 'page/script-text', 'inject/script-text', 'inject/device-text'];

/** Started by its path from the chunk `node`, so it is beside that, as it is beside the module that starts it. */
const THREAD = 'crypto/engines/node-ahead-thread';
const BESIDE_ITS_CHUNK = 'chunks/node-ahead-thread';

/** What is started by its path, beside what package.json names. */
const STARTED = ['cli/main', 'load/threads/worker', 'testing/jest', THREAD];

/** What package.json names in its chunk: without a file before it that leads there. */
const INSIDE = [
  'cbor/node-cbor-x',
  'crypto/platform/node',
  'crypto/platform/node-ml-dsa',
  'crypto/engines/native-node',
];

/** What is Node's, behind conditional imports. */
const NODE_ONLY = /^(cbor|crypto\/(platform|engines))\/(native-)?node/;

/**
 * The chunks, in their order: everything that these modules import statically (where it is `shared`, what at least two of them do), as
 * far as no chunk above has it. `base` is what the chunk behind the conditional imports needs. What is left is put together by who needs it.
 *
 * @type {readonly { readonly name: string, readonly of: readonly string[], readonly but?: RegExp, readonly shared?: true }[]}
 */
const CHUNKS = [
  {
    name: 'base',
    of: [...INSIDE, 'crypto/platform/portable', 'load/threads/node', 'base/clock'],
    but: NODE_ONLY,
  },
  { name: 'node', of: INSIDE },
  // (Beside what most begin with, what metadata shares with the audit.)
  { name: 'core', of: ['entries/index', 'authority/trials', 'crypto/formats/ecdsa'] },
  { name: 'metadata', of: ['metadata/blob', 'metadata/trial'] },
  { name: 'keys', of: ['entries/crypto'] },
  { name: 'portable', of: ['entries/portable'] },
  { name: 'page', of: ['entries/install'] },
  // (Apart: what a failed test writes is Node's, and bundlers look at what is loaded later, too.)
  { name: 'stage', of: ['testing/stage'] },
  { name: 'viewer', of: ['viewer/write'] },
  {
    name: 'browser',
    of: ['entries/puppeteer', 'entries/webdriver', 'browser/playwright/backstage'],
    shared: true,
  },
  { name: 'backstage', of: ['browser/playwright/backstage'] },
  { name: 'verify', of: ['entries/verify'] },
  { name: 'audit', of: ['entries/audit'] },
  { name: 'fleet', of: ['entries/fleet', 'load/threads/worker'] },
  { name: 'transport', of: ['entries/transport'] },
  { name: 'capture', of: ['entries/capture'] },
  { name: 'store', of: ['store/lmdb/open'] },
  { name: 'export', of: ['entries/store'] },
  { name: 'version', of: ['http/version'] },
  { name: 'command', of: ['cli/main', 'cli/create', 'cli/get'] },
  { name: 'management', of: ['client/platform/management', 'authenticator/policy/json', 'decode/kinds'] },
  { name: 'http', of: ['entries/http'] },
];

/** The modules that package.json names, as paths in src without their ending. */
function published() {
  const { exports, imports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const paths = [...JSON.stringify([exports, imports]).matchAll(/"\.\/dist\/([^"]+)(?<!\.d)\.js"/g)];
  return [...new Set(paths.map(([, path = '']) => path))].filter(
    (path) => !ELSEWHERE.includes(path) && !path.startsWith('chunks/'),
  );
}

/** @type {Map<string, readonly string[]>} what each module imports statically */
const imported = new Map();

/** What a module imports, and what that imports. @param {string} path @returns {ReadonlySet<string>} */
function closure(path) {
  const found = new Set([`${src}${path}.ts`]);
  for (const id of found) for (const other of imported.get(id) ?? []) found.add(other);
  return found;
}

/** Which chunk has a module. */
function places() {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { name, of, but, shared } of CHUNKS) {
    const closures = of.map(closure);
    for (const id of new Set(closures.flatMap((one) => [...one]))) {
      const users = closures.filter((one) => one.has(id)).length;
      if (users >= (shared ? 2 : 1) && !found.has(id) && !but?.test(id.slice(src.length)))
        found.set(id, name);
    }
  }
  // An entry is a file of its own, unless others import it: then it would come along with one of them.
  const others = new Set([...imported.values()].flat());
  for (const path of entries)
    if (!others.has(`${src}${path}.ts`) && !INSIDE.includes(path)) found.delete(`${src}${path}.ts`);
  return found;
}

/** @type {Map<string, string> | undefined} */
let placed;
/** @param {string} id @param {string} name */
function isIn(id, name) {
  placed ??= places();
  return placed.get(id) === name;
}

const [HELPERS, BASE] = ['chunks/rolldown-runtime.js', 'chunks/base.js'];
const entries = [...published(), ...STARTED, ...INSIDE];
const bundle = await rolldown({
  input: Object.fromEntries(
    entries.map((path) => [path === THREAD ? BESIDE_ITS_CHUNK : path, `${src}${path}.ts`]),
  ),
  // (Not that of Node: its helpers import from it.)
  platform: 'neutral',
  tsconfig: `${root}tsconfig.json`,
  external: /^(?!valibot$)[@#a-z]/,
  checks: { ineffectiveDynamicImport: false },
  plugins: [
    {
      name: 'graph',
      moduleParsed: ({ id, importedIds }) => {
        imported.set(id, importedIds);
      },
    },
    {
      // What the bundler brings along goes to where all else comes from: a file less to open.
      name: 'helpers',
      generateBundle(_, files) {
        const { [HELPERS]: helpers, [BASE]: base } = files;
        if (helpers?.type !== 'chunk' || base?.type !== 'chunk')
          throw new Error(`expected ${HELPERS} and ${BASE}`);
        const [helper = '', named] =
          /^var __defProp[\s\S]*(?=^export \{ (\w+) \};\n?$)/m.exec(helpers.code) ?? [];
        const line = `import { ${named} } from "./rolldown-runtime.js";\n`;
        if (helper === '' || !base.code.includes(line)) throw new Error(`expected ${line} in ${BASE}`);
        for (const file of Object.values(files)) {
          if (file.type !== 'chunk') continue;
          if (file === base)
            file.code = file.code.replace(line, helper).replace(/^export \{/m, `export { ${named},`);
          else file.code = file.code.replace('/rolldown-runtime.js"', '/base.js"');
        }
        delete files[HELPERS];
      },
    },
    {
      // (Last: what shortens names writes its own spelling of each text.)
      name: 'ascii',
      generateBundle(_, files) {
        for (const file of Object.values(files))
          if (file.type === 'chunk') file.code = ascii(unindented(file.code));
      },
    },
  ],
});
const { output } = await bundle.write({
  dir: `${root}dist`,
  format: 'esm',
  chunkFileNames: 'chunks/[name].js',
  // (Names that say something are shorter than two: nothing is renamed.)
  minifyInternalExports: false,
  banner: ({ moduleIds }) => noticesOf(moduleIds),
  comments: { legal: true, annotation: true, jsdoc: false },
  // Lines, and the names of functions and classes, are what a stack trace shows; those of variables are a tenth of the package.
  minify: {
    compress: false,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: false },
  },
  codeSplitting: { groups: CHUNKS.map(({ name }) => ({ name, test: (id) => isIn(id, name) })) },
});
await bundle.close();
for (const path of INSIDE) rmSync(`${root}dist/${path}.js`);

/** What each file imports, `#platform` and the like as they are on Node. */
const { imports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const leads = new Map(
  output.flatMap((chunk) =>
    chunk.type === 'chunk'
      ? [[chunk.fileName, chunk.imports.map((name) => (imports[name]?.node ?? name).replace('./dist/', ''))]]
      : [],
  ),
);
/** @type {Set<string>} */
const whole = new Set();
/** Files in a circle see nothing of each other at their start. @param {string} file @param {readonly string[]} path */
function refuseCircles(file, path) {
  if (path.includes(file)) throw new Error(`files of dist in a circle: ${[...path, file].join(' → ')}`);
  if (whole.has(file)) return;
  for (const other of leads.get(file) ?? []) refuseCircles(other, [...path, file]);
  whole.add(file);
}
for (const file of leads.keys()) refuseCircles(file, []);
