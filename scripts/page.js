// The script that runs in a browser's page: src/page/injected.ts with all that it imports, put together into one text.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: fileURLToPath(new URL('../src/page/injected.ts', import.meta.url)),
  platform: 'browser',
  // In a page, Buffer may be any polyfill.
  transform: { define: { 'globalThis.Buffer': 'undefined' } },
});
const { output } = await bundle.generate({ format: 'iife', minify: true });
await bundle.close();
// Strict: a function that is not can be had by a getter of the page's, as `caller`, with its arguments.
const text = `(way) => {'use strict';${output[0].code.trim()}}`;
const folder = new URL('../dist/page/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('script-text.js', folder),
  `/** The source of a function that is given its \`way\` (injected.ts). */\nexport const PAGE_SCRIPT = ${JSON.stringify(text)};\n`,
);
