const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

import(pathToFileURL(join(__dirname, '../dist/cli/main.js')).href).then(async ({ main }) => {
  process.exitCode = await main(process.argv.slice(2));
});
