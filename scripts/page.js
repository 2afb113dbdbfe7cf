// The scripts that run in a browser's pages, each put together with all that it imports into one text: src/page/injected.ts, whose
// answers a driver carries; src/page/bridge.ts, which asks an HTTP door; src/inject/injected-device.ts, with a device of its own.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

/** What a device in a page does without, and would double its size: certificates of attestation, key files, lists of revoked keys. */
const LEFT_OUT = {
  'authority/certificate.js': [
    'makeCertificate',
    'makeRevocationList',
    'tpmAlternativeName',
    'keyPurpose',
    'distributionPoint',
  ],
  'authority/android-key-description.js': ['keyDescription'],
  'authority/read-authority.js': ['readAuthority'],
  'crypto/formats/pkcs8.js': ['toPkcs8', 'fromPkcs8', 'fromAnyPkcs8'],
};

/** Which of those the bundler came to: the others are misspelled, or moved. @type {Set<string>} */
const leftOut = new Set();

const leaveOut = {
  name: 'leave out',
  /** @param {string} id */
  load(id) {
    const [path, names] = Object.entries(LEFT_OUT).find(([path]) => id === at(path)) ?? [];
    if (path !== undefined) leftOut.add(path);
    return names
      ?.map(
        (name) => `export function ${name}() { throw new Error('${name} is not in the script for pages'); }`,
      )
      .join('\n');
  },
};

/**
 * @param {string} input
 * @param {import('rolldown').Plugin[]} plugins
 */
async function textOf(input, plugins = []) {
  const bundle = await rolldown({
    input: at(input),
    platform: 'browser',
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
  return `(way) => {'use strict';${output[0].code.trim()}}`;
}

/**
 * @param {string} file
 * @param {string} name
 * @param {string} text
 */
function write(file, name, text) {
  const comment = '/** The source of a function that is given its `way`. */';
  writeFileSync(at(file), `${comment}\nexport const ${name} = ${JSON.stringify(text)};\n`);
}

write('page/script-text.js', 'PAGE_SCRIPT', await textOf('page/injected.js'));
write('inject/bridge-text.js', 'BRIDGE_SCRIPT', await textOf('page/bridge.js'));
// Compressed, for it would be a fifth of the package.
const device = brotliCompressSync(await textOf('inject/injected-device.js', [leaveOut])).toString('base64');
writeFileSync(
  at('inject/device-text.js'),
  `import { brotliDecompressSync } from 'node:zlib';
/** The source of a function that is given its \`way\`. */
export const deviceText = () => brotliDecompressSync(Buffer.from('${device}', 'base64')).toString();
`,
);
const notThere = Object.keys(LEFT_OUT).filter((path) => !leftOut.has(path));
if (notThere.length > 0)
  throw new Error(`expected these in the device's script, to leave them out: ${notThere.join(', ')}`);
