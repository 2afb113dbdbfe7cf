// Runs the command: on Node with V8's code cache, elsewhere as the modules are.
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { CodeCache } = require('./code-cache.js');
const { Modules } = require('./modules.js');

const file = join(__dirname, '../dist/cli/main.js');
const args = process.argv.slice(2);

/** The command's own function. @returns {Promise<{ main(args: readonly string[]): Promise<number> }>} */
async function command() {
  const { bun, deno } = process.versions;
  if (bun !== undefined || deno !== undefined) return import(pathToFileURL(file).href);
  const cache = CodeCache.of(args);
  if (cache !== undefined) process.once('exit', () => cache.save());
  return /** @type {never} */ (new Modules(cache).load(file));
}

command().then(async ({ main }) => {
  process.exitCode = await main(args);
});
