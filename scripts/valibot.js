// Puts what is used of valibot into dist/base/valibot.js, which `tsc` left as an import of the whole package: that would be most
// of what `import 'stuntkey'` takes (docs/decisions/063-shapes.md). Part of `npm run build`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const file = fileURLToPath(new URL('../dist/base/valibot.js', import.meta.url));
const license = readFileSync(new URL('../node_modules/valibot/LICENSE.md', import.meta.url), 'utf8');

const bundle = await rolldown({ input: file, platform: 'neutral', treeshake: true });
const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
await bundle.close();
const [chunk] = output;
if (output.length !== 1 || chunk.imports.length > 0)
  throw new Error(`expected one module that imports nothing, got ${output.length}: ${chunk.imports}`);
writeFileSync(file, `/*! valibot\n${license.trim()}\n*/\n${chunk.code}`);
