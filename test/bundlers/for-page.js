/** How esbuild bundles for a page. */
export const forPage = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2023',
  minify: true,
};
