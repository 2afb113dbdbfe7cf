// The inspector's pages, by Vite: the one that the door serves (dist/inspector/index.html and assets/), and the one for a file, which has
// the same script and style inside, so that it opens from a disk. src/viewer/trace-page.ts puts it together, of dist/inspector/trace.html.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { inFunction } from '../build/viewer/trace-page.js';
import { into, page } from './vite-page.js';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const root = at('src/inspector');
const outDir = at('dist/inspector');

await build({ ...page(root), build: into(outDir, { inspector: at('src/inspector/index.html') }) });

const file = `${outDir}/assets/inspector.js`;
// What would end the element that it is in.
const script = readFileSync(file, 'utf8')
  .trim()
  .replace(/<\/(script)/gi, '<\\/$1');
if (/^import\b|\bexport\s*\{|import\.meta/m.test(script))
  throw new Error('expected a script that needs no other: its page opens from a disk');
const style = readFileSync(`${outDir}/assets/inspector.css`, 'utf8').trim();
writeFileSync(file, script);
writeFileSync(`${outDir}/assets/inspector.css`, style);

/** @param {string} text */
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; script-src ${hash(inFunction(script))}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
writeFileSync(
  `${outDir}/trace.html`,
  readFileSync(at('src/inspector/trace.html'), 'utf8').replace(
    '<!--policy-->',
    `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  ),
);
