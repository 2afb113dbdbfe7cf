/** The script of injected-device.ts. The build replaces the compiled file with one that puts it together (scripts/bare.js). */

/** The source of a function whose argument is its `way`. */
export function deviceText(): string {
  throw new Error('dist/inject/device-text.js is not built: npm run build');
}
