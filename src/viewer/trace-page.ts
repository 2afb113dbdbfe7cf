/** Ceremonies as one HTML file that shows them without a network: the viewer as built, with the ceremonies as data in it. */
import type { TraceFile } from '../decode/trace/file.ts';
import { type BuiltName, builtFile } from './built.ts';

/** Where the viewer wants its data, once. */
const [BEFORE, AFTER] = ['<script type="application/json" id="stuntkey-traces">', '</script>'];

export function tracePage(file: TraceFile): string {
  const text = (name: BuiltName): string => builtFile(name).toString();
  const viewer = text('trace.html')
    .replace('<!--style-->', () => `<style>${text('assets/inspector.css')}</style>`)
    .replace('<!--script-->', () => `<script>${inFunction(text('assets/inspector.js'))}</script>`);
  return withData(viewer, file);
}

/** A module as a script of an old kind, for a page that is opened from a disk. */
export function inFunction(script: string): string {
  return `(() => {'use strict';${script}\n})();`;
}

/** @throws Error for a viewer without its one place for them */
export function withData(viewer: string, file: TraceFile): string {
  const parts = viewer.split(BEFORE + AFTER);
  if (parts.length !== 2)
    throw new Error(
      `expected a viewer with one place for ceremonies, got ${parts.length - 1}: npm run build`,
    );
  return parts.join(BEFORE + dataBlock(file) + AFTER);
}

/**
 * JSON that no HTML parser takes for the end of its element, or for a comment in it
 * (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements).
 */
export function dataBlock(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
