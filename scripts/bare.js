// Makes the text for realms without Node, dist/k6/stuntkey.js: one module that imports nothing, for ECMAScript alone. k6 has a fleet from
// it, and the script with a device for pages is put together from it when it is asked for (dist/inject/device-text.js): two texts with
// the same code in them would be a third of the package. Part of `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { ascii } from './ascii.js';
import { noticesOf } from './notices.js';
import { leftOut, withoutNode } from './without-node.js';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const src = fileURLToPath(new URL('../src/', import.meta.url));

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

/** The two uses: what k6 imports, and `inPage`. */
const both = {
  name: 'both',
  resolveId: { filter: { id: /^both$/ }, handler: () => '\0both' },
  load: {
    filter: { id: /^\0both$/ },
    handler: () =>
      `export * from '${src}load/bare/k6.ts'; export { inPage } from '${src}inject/injected-device.ts';`,
  },
};

const web = ['TextEncoder', 'TextDecoder', 'URL', 'DOMException'];
const bundle = await rolldown({
  input: 'both',
  platform: 'neutral',
  tsconfig: false,
  resolve: { mainFields: ['module', 'main'], alias: withoutNode },
  plugins: [both, leftOut.plugin, withoutAsyncIteration],
  checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  // The labels of the Public Suffix List are one long text, and would be there twice.
  optimization: { inlineConst: false },
  transform: {
    inject: Object.fromEntries(web.map((name) => [name, [`${src}load/bare/realm.ts`, name]])),
    // In a page, Buffer may be any polyfill.
    define: { 'globalThis.Buffer': 'undefined' },
  },
});
const { output } = await bundle.generate({ format: 'esm', codeSplitting: false, minify: true });
await bundle.close();
leftOut.check();
const [chunk] = output;
if (output.length !== 1 || chunk.imports.length > 0)
  throw new Error(`expected one module, got ${output.length}`);

const [whole = '', list = ''] = /export\s*\{([^}]*)\};?\s*$/.exec(chunk.code) ?? [];
const members = list.split(',').map((one) => one.trim());
const inPage = members.find((one) => / as inPage$/.test(one));
if (inPage === undefined) throw new Error(`expected inPage in export{${list}}`);
const others = members.filter((one) => one !== inPage);
const body = chunk.code.slice(0, chunk.code.length - whole.length).trim();
mkdirSync(`${dist}k6`, { recursive: true });
writeFileSync(`${dist}k6/stuntkey.js`, `${noticesOf(chunk.moduleIds)}${ascii(body)}\nexport{${others}};\n`);

// Strict: a function that is not can be had by a getter of the page's, as `caller`, with its arguments.
mkdirSync(`${dist}inject`, { recursive: true });
writeFileSync(
  `${dist}inject/device-text.js`,
  `import { readFileSync } from "node:fs";
const file = new URL("../k6/stuntkey.js", import.meta.url);
let body;
function deviceText() {
	if (body === undefined) {
		const text = readFileSync(file, "utf8");
		body = text.slice(text.indexOf("*/\\n") + 3, text.lastIndexOf("\\nexport{"));
	}
	return "(way) => {'use strict';" + body + "\\n${inPage.replace(/ as .*/, '')}(way)}";
}
export { deviceText };
`,
);
