// The command's own modules, as `tsc` wrote them, put together into a few files: most of what a short command takes is the time to
// open and compile one file after the other (docs/decisions/007-bundle.md). Packages stay outside.
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

/** Where a sign-in loads from, each on demand of the one before. */
const SIGN_IN = ['cli/main.js', 'cli/get.js', 'store/lmdb/open.js'].map(at);

/** @param {string[]} input */
const graph = (input) =>
  rolldown({
    input,
    platform: 'node',
    external: /^[a-z@]/,
    checks: { ineffectiveDynamicImport: false },
  });

/** All that those import statically. */
async function together() {
  const bundle = await graph(SIGN_IN);
  const { output } = await bundle.generate({ format: 'esm', dir: at('command') });
  await bundle.close();
  /** @type {Set<string>} */
  const found = new Set();
  /** @type {Set<string>} */
  const seen = new Set();
  const follow = (/** @type {string} */ name) => {
    const chunk = output.find(({ fileName }) => fileName === name);
    if (chunk?.type !== 'chunk' || seen.has(name)) return;
    seen.add(name);
    for (const id of chunk.moduleIds) found.add(id);
    for (const other of chunk.imports) follow(other);
  };
  for (const chunk of output) if (chunk.type === 'chunk' && chunk.isEntry) follow(chunk.fileName);
  return found;
}

const signIn = await together();
rmSync(at('command'), { recursive: true, force: true });
const bundle = await graph([at('cli/main.js')]);
await bundle.write({
  dir: at('command'),
  format: 'esm',
  chunkFileNames: '[name].js',
  codeSplitting: { groups: [{ name: 'sign-in', test: (id) => signIn.has(id) }] },
});
await bundle.close();
writeFileSync(at('command/main.d.ts'), "export { main } from '../cli/main.js';\n");
