// The scripts that run in a browser's pages, each put together with all that it imports into one text: src/page/injected.ts, whose
// answers a driver carries; src/page/bridge.ts, which asks an HTTP door; src/inject/injected-device.ts, with a device of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.js';
import { leavingOut, withoutNode } from './without-node.js';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const src = fileURLToPath(new URL('../src/', import.meta.url));

/** What a device in a page does without. */
const leftOut = leavingOut('the script for pages');

/**
 * @param {string} input
 * @param {import('rolldown').Plugin[]} plugins
 */
async function bundled(input, plugins = []) {
  const bundle = await rolldown({
    input: src + input,
    platform: 'browser',
    resolve: { alias: withoutNode },
    plugins,
    checks: { ineffectiveDynamicImport: false },
    // The labels of the Public Suffix List are one long text, and would be there twice.
    optimization: { inlineConst: false },
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

/**
 * As the bundler writes modules, for bin/modules.js: imports first, an export last, ASCII alone.
 *
 * @param {string} file
 * @param {string} code
 * @param {string} name
 * @param {string} notices
 */
function write(file, code, name, notices) {
  mkdirSync(at(dirname(file)), { recursive: true });
  const ascii = code.replace(/[^\n -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  writeFileSync(at(file), `${notices}${ascii}\nexport { ${name} };\n`);
}

for (const [file, name, input] of /** @type {const} */ ([
  ['page/script-text.js', 'PAGE_SCRIPT', 'page/injected.ts'],
  ['inject/bridge-text.js', 'BRIDGE_SCRIPT', 'page/bridge.ts'],
])) {
  const { text, notices } = await bundled(input);
  write(file, `const ${name} = ${JSON.stringify(text)};`, name, notices);
}
// Compressed, for it would be a fifth of the package.
const { text, notices } = await bundled('inject/injected-device.ts', [leftOut.plugin]);
const device = brotliCompressSync(text).toString('base64');
write(
  'inject/device-text.js',
  `import { brotliDecompressSync } from "node:zlib";
const deviceText = () => brotliDecompressSync(Buffer.from("${device}", "base64")).toString();`,
  'deviceText',
  notices,
);
leftOut.check();
