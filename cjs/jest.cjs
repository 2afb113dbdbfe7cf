// `stuntkey/jest` for CommonJS. jest cannot require ES modules; Node can, and is asked here, past jest's own `require`: a script of the
// process's own realm has Node's `process`, and not the copy that jest gives to tests, whose modules are jest's.
try {
  const { runInThisContext } = require('node:vm');
  const { createRequire } = runInThisContext("process.getBuiltinModule('node:module')");
  module.exports = createRequire(__filename)('../dist/testing/jest.js').furnish(globalThis);
} catch (cause) {
  const line = 'NODE_OPTIONS=--experimental-require-module npx jest';
  throw new Error(`stuntkey/jest: this Node (${process.version}) does not require ES modules; run ${line}`, {
    cause,
  });
}
