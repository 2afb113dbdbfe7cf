/** The text that runs in a page. The build bundles injected.ts into it (scripts/page.js), over what is compiled of this file. */

/** The source of a function that is given its `way` (injected.ts). */
export const PAGE_SCRIPT: string = unbuilt();

function unbuilt(): never {
  throw new Error('dist/page/script-text.js is not built: npm run build');
}
