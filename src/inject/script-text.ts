/** The script of page/bridge.ts. The build replaces the compiled file with its bundle (scripts/page.js). */

/** The source of a function whose argument is its `way`. */
export const BRIDGE_SCRIPT: string = unbuilt();

function unbuilt(): never {
  throw new Error('dist/inject/script-text.js is not built: npm run build');
}
