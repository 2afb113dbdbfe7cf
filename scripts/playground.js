// The playground, as a folder that any server can serve from any path: `node scripts/playground.js [FOLDER]`, by default playground/,
// which git ignores. index.html, and scripts and styles in assets/; it asks for nothing else.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { noticesOf } from './notices.js';
import { into, page } from './vite-page.js';
import { withoutNode } from './without-node.js';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const [given] = process.argv.slice(2);
const outDir = given === undefined ? at('playground') : resolve(given);
if (existsSync(outDir) && readdirSync(outDir).length > 0 && !existsSync(join(outDir, 'assets/serve.js'))) {
  console.error(
    `playground: ${outDir}: expected no such folder, an empty one, or a playground, got other files`,
  );
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** The door reads its version from package.json, which is not beside a page. @type {import('vite').Plugin} */
const itsVersion = {
  name: 'its version',
  load: (id) =>
    id === at('src/http/version.ts') ? `export const version = ${JSON.stringify(version)};` : undefined,
};

const common = page(at('src/playground'));
/** @type {import('vite').InlineConfig} */
const config = {
  ...common,
  plugins: [...common.plugins, itsVersion],
  // (The sources, not what is built of them: else there would be two of each class.)
  resolve: { alias: withoutNode },
};

const pages = await build({
  ...config,
  build: {
    ...into(outDir, { playground: at('src/playground/index.html') }),
    // The catalogue of the audit is text.
    chunkSizeWarningLimit: 1000,
  },
});

// What the server's worker loads, by itself: a name of its own, which src/playground/server.ts knows.
const served = into(outDir, { serve: at('src/playground/serve.ts') });
const worker = await build({
  ...config,
  build: {
    ...served,
    emptyOutDir: false,
    minify: true,
    rolldownOptions: {
      ...served.rolldownOptions,
      output: { ...served.rolldownOptions.output, chunkFileNames: 'assets/serve-[name].js' },
    },
    lib: { entry: at('src/playground/serve.ts'), formats: ['es'], fileName: 'serve' },
  },
});

const modules = [pages, worker]
  .flat()
  .flatMap((result) =>
    'output' in result ? result.output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])) : [],
  );
writeFileSync(join(outDir, 'licenses.txt'), noticesOf(modules).replace(/^\/\*!\s*|\s*\*\/\s*$/g, ''));
console.log(outDir);
