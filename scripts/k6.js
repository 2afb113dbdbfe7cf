// Makes the module for k6, dist/k6/stuntkey.js: one file that imports nothing, for a realm of ECMAScript alone. Part of
// `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.js';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const src = fileURLToPath(new URL('../src/', import.meta.url));

/** What a fleet never gets to, and would double the size: certificates, key files, RSA's and other curves, large blobs. */
const LEFT_OUT = {
  'authority/certificate.ts': [
    'makeCertificate',
    'makeRevocationList',
    'tpmAlternativeName',
    'keyPurpose',
    'distributionPoint',
  ],
  'authority/android-key-description.ts': ['keyDescription'],
  'authority/read-authority.ts': ['readAuthority'],
  'base/deflate.ts': ['deflate', 'inflate'],
  'client/platform/large-blob-array.ts': ['readLargeBlob', 'writeLargeBlob'],
  'crypto/formats/pkcs8.ts': ['toPkcs8', 'fromPkcs8', 'fromAnyPkcs8'],
  'crypto/ml-dsa.ts': ['expandMlDsa', 'signMlDsa', 'verifyMlDsa'],
};

/** Which of those the bundler came to: the others are misspelled, or moved. @type {Set<string>} */
const leftOut = new Set();

const leaveOut = {
  name: 'leave out',
  /** @param {string} id */
  load(id) {
    const [path, names] = Object.entries(LEFT_OUT).find(([path]) => id === src + path) ?? [];
    if (path !== undefined) leftOut.add(path);
    return names
      ?.map((name) => `export function ${name}() { throw new Error('${name} is not in the module for k6'); }`)
      .join('\n');
  },
};

/** cbor-x can encode asynchronous iterables; k6 has no syntax for them, and stuntkey encodes none. */
const withoutAsyncIteration = {
  name: 'without async iteration',
  /** @param {string} code @param {string} id */
  transform(code, id) {
    if (!id.endsWith('/cbor-x/encode.js')) return null;
    const generator = /async function\* encodeObjectAsAsyncIterable\([\s\S]*?\n\t\t}\n/;
    if (!generator.test(code)) throw new Error('expected encodeObjectAsAsyncIterable in cbor-x/encode.js');
    return code.replace(generator, 'const encodeObjectAsAsyncIterable = undefined;\n');
  },
};

/** The modules behind package.json's conditional imports, where there is no Node. */
const { imports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const alias = Object.fromEntries(
  Object.entries(imports).map(([name, path]) => [
    name,
    (path.default ?? path).replace('./dist/', src).replace(/\.js$/, '.ts'),
  ]),
);

const bare = (/** @type {string} */ file) => `${src}load/bare/${file}.ts`;

const bundle = await rolldown({
  input: bare('k6'),
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'], alias },
  plugins: [leaveOut, withoutAsyncIteration],
  // The labels of the Public Suffix List are one long text, and would be there twice.
  optimization: { inlineConst: false },
  transform: {
    inject: {
      TextEncoder: [bare('text'), 'TextEncoder'],
      TextDecoder: [bare('text'), 'TextDecoder'],
      URL: [bare('web'), 'URL'],
      DOMException: [bare('web'), 'DOMException'],
    },
  },
});
const { output } = await bundle.generate({ format: 'esm', codeSplitting: false, minify: true });
await bundle.close();
const notThere = Object.keys(LEFT_OUT).filter((path) => !leftOut.has(path));
if (notThere.length > 0)
  throw new Error(`expected these in the module, to leave them out: ${notThere.join(', ')}`);
const [chunk] = output;
if (output.length !== 1 || chunk.imports.length > 0)
  throw new Error(`expected one module, got ${output.length}`);
mkdirSync(`${dist}k6`, { recursive: true });
writeFileSync(`${dist}k6/stuntkey.js`, noticesOf(chunk.moduleIds) + chunk.code);
