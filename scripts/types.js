// Leaves in dist the declarations that the public paths lead to, of all that `tsc` wrote there (it finds the modules behind
// package.json's `imports` only if it writes to where they point). All are in build, for scripts and tests. Part of `npm run build`.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { neededDeclarations } from './declarations.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const [built, dist] = [join(root, 'build'), join(root, 'dist')];

mkdirSync(join(dist, 'k6'), { recursive: true });
writeFileSync(join(dist, 'k6/stuntkey.d.ts'), "export * from '../load/bare/k6.ts';\n");

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const named = JSON.stringify(exports).matchAll(/"\.\/dist\/([^"]+?)(?:\.d\.ts|\.js)"/g);
const needed = neededDeclarations([...new Set([...named].map(([, path]) => `${path}.d.ts`))], (path) =>
  readFileSync(join(dist, path), 'utf8'),
);

/** The comment of a whole module, which is the reference's (docs/site): no editor shows it. */
const OF_MODULE = /^\/\*\*(?:(?!\*\/)[\s\S])*? \* @module [\s\S]*?\*\/\n*/;

const all = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts'));
for (const path of all) {
  mkdirSync(dirname(join(built, path)), { recursive: true });
  copyFileSync(join(dist, path), join(built, path));
  const text = needed.get(path);
  if (text === undefined) rmSync(join(dist, path));
  else writeFileSync(join(dist, path), text.replace(OF_MODULE, ''));
}
