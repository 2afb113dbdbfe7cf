// The inspector's pages, by Vite: the one that the door serves (dist/inspector/index.html and assets/), and the one for a file
// (dist/inspector/trace.html), which has all of it inside, so that it opens from a disk.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { checks, names, page } from './vite-page.js';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const root = at('src/inspector');
const outDir = at('dist/inspector');

const common = page(root);

await build({
  ...common,
  build: {
    outDir,
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    target: 'es2023',
    rolldownOptions: { input: { inspector: at('src/inspector/index.html') }, output: names, checks },
  },
});

const built = await build({
  ...common,
  build: {
    write: false,
    target: 'es2023',
    cssCodeSplit: false,
    rolldownOptions: { checks },
    lib: { entry: at('src/inspector/trace.tsx'), formats: ['iife'], name: 'trace', fileName: 'trace' },
  },
});
const [result] = Array.isArray(built) ? built : [built];
if (!result || !('output' in result)) throw new Error('expected what was built, got a watcher');
let script = '';
let style = '';
for (const file of result.output) {
  if (file.type === 'chunk') script += file.code;
  else if (file.fileName.endsWith('.css')) style += file.source;
}

/** @param {string} text */
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

// What would end the element it is in.
script = script.trim().replace(/<\/(script)/gi, '<\\/$1');
style = style.trim();
const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
/** @type {Record<string, string>} */
const parts = {
  policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  style: `<style>${style}</style>`,
  script: `<script>${script}</script>`,
};
const template = readFileSync(at('src/inspector/trace.html'), 'utf8');
const filled = template.replace(/<!--(policy|style|script)-->/g, (_, name) => parts[name] ?? '');
writeFileSync(at('dist/inspector/trace.html'), filled);
