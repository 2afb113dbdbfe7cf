// Makes the module for k6, dist/k6/stuntkey.js: one file that imports nothing, for a realm of ECMAScript alone. Part of
// `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.js';
import { leavingOut, withoutNode } from './without-node.js';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const src = fileURLToPath(new URL('../src/', import.meta.url));

/** What a fleet does without beside: large blobs, and ML-DSA. */
const leftOut = leavingOut('the module for k6', {
  'base/deflate.ts': ['deflate', 'inflate'],
  'client/platform/large-blob-array.ts': ['readLargeBlob', 'writeLargeBlob'],
  'crypto/ml-dsa.ts': ['expandMlDsa', 'signMlDsa', 'verifyMlDsa'],
});

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

const bare = (/** @type {string} */ file) => `${src}load/bare/${file}.ts`;

const bundle = await rolldown({
  input: bare('k6'),
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'], alias: withoutNode },
  plugins: [leftOut.plugin, withoutAsyncIteration],
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
leftOut.check();
const [chunk] = output;
if (output.length !== 1 || chunk.imports.length > 0)
  throw new Error(`expected one module, got ${output.length}`);
mkdirSync(`${dist}k6`, { recursive: true });
writeFileSync(`${dist}k6/stuntkey.js`, noticesOf(chunk.moduleIds) + chunk.code);
