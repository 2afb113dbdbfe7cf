const { main } = require('./dist/cli/main.js');
main(process.argv.slice(2)).then((c) => { process.exitCode = c; });
