// The script that runs in a browser's page: src/page/injected.ts with all that it imports, put together into one text.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../dist/page/${path}`, import.meta.url));

const bundle = await rolldown({
  input: at('injected.js'),
  platform: 'browser',
  // In a page, Buffer may be any polyfill.
  transform: { define: { 'globalThis.Buffer': 'undefined' } },
});
const { output } = await bundle.generate({ format: 'iife', minify: true });
await bundle.close();
// Strict: a function that is not can be had by a getter of the page's, as `caller`, with its arguments.
const text = `(way) => {'use strict';${output[0].code.trim()}}`;
writeFileSync(
  at('script-text.js'),
  `/** The source of a function that is given its \`way\` (injected.ts). */\nexport const PAGE_SCRIPT = ${JSON.stringify(text)};\n`,
);
