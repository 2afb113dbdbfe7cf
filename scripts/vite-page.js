// What the pages that Vite builds have in common: the inspector's, and the playground.

/**
 * cbor-x looks whether it may make functions of texts, which it needs not: a policy with trusted types reports the attempt.
 *
 * @type {import('vite').Plugin}
 */
const withoutEval = {
  name: 'without-eval',
  transform(code, id) {
    if (/[\\/]cbor-x[\\/]/.test(id)) return code.replaceAll("new Function('')", 'throw new EvalError()');
    return undefined;
  },
};

/** @param {string} root the folder of the page @returns {import('vite').InlineConfig & { plugins: import('vite').Plugin[] }} */
export const page = (root) => ({
  root,
  configFile: false,
  logLevel: 'warn',
  base: './',
  plugins: [withoutEval],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // In a page there is no Buffer, or any polyfill.
  define: { 'globalThis.Buffer': 'undefined' },
});

// (A busy machine is not worth a warning, nor a module that is loaded at once here and when it is used elsewhere.)
const checks = { pluginTimings: false, ineffectiveDynamicImport: false };

const names = {
  entryFileNames: 'assets/[name].js',
  chunkFileNames: 'assets/[name].js',
  assetFileNames: 'assets/[name][extname]',
};

/**
 * What is built, and where to: pages, or what a page loads by a name of its own.
 *
 * @param {string} outDir
 * @param {Readonly<Record<string, string>>} input files by names
 * @returns {import('vite').BuildEnvironmentOptions & { rolldownOptions: { output: typeof names, checks: typeof checks } }}
 */
export const into = (outDir, input) => ({
  outDir,
  emptyOutDir: true,
  modulePreload: false,
  assetsInlineLimit: 0,
  target: 'es2023',
  rolldownOptions: { input, output: names, checks },
});
