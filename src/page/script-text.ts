/** The script that runs in a page. The build replaces the compiled file with the bundle of injected.ts (scripts/page.js). */

/** The source of a function whose argument is its `way` (injected.ts). */
export const PAGE_SCRIPT: string = unbuilt();

function unbuilt(): never {
  throw new Error('dist/page/script-text.js is not built: npm run build');
}
