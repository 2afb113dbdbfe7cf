// The scripts that run in a browser's pages, each put together with all that it imports into one text: src/page/injected.ts, whose
// answers a driver carries, and src/page/bridge.ts, which asks an HTTP door. (The one with a device of its own: bare.js.)
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { ascii } from './ascii.js';
import { noticesOf } from './notices.js';
import { withoutNode } from './without-node.js';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const src = fileURLToPath(new URL('../src/', import.meta.url));

/** @param {string} input */
async function bundled(input) {
  const bundle = await rolldown({
    input: src + input,
    platform: 'browser',
    tsconfig: false,
    resolve: { alias: withoutNode },
    // In a page, Buffer may be any polyfill.
    transform: { define: { 'globalThis.Buffer': 'undefined' } },
  });
  const { output } = await bundle.generate({ format: 'iife', codeSplitting: false, minify: true });
  await bundle.close();
  if (output.length !== 1) throw new Error(`${input}: expected one text, got ${output.length}`);
  // Strict: a function that is not can be had by a getter of the page's, as `caller`, with its arguments.
  const text = `(way) => {'use strict';${output[0].code.trim()}}`;
  return { text, notices: noticesOf(Object.keys(output[0].modules)) };
}

for (const [file, name, input] of /** @type {const} */ ([
  ['page/script-text.js', 'PAGE_SCRIPT', 'page/injected.ts'],
  ['inject/script-text.js', 'BRIDGE_SCRIPT', 'page/bridge.ts'],
])) {
  const { text, notices } = await bundled(input);
  mkdirSync(at(dirname(file)), { recursive: true });
  // As the bundler writes modules, for bin/modules.js: an export last.
  writeFileSync(at(file), `${notices}const ${name} = ${ascii(JSON.stringify(text))};\nexport { ${name} };\n`);
}
