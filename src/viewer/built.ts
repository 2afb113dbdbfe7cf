/** The inspector as built (scripts/inspector.js): where its files are. */
import { readFileSync } from 'node:fs';

/** (Every file that this one is put together into lies as deep as this one.) */
const FOLDER = new URL('../../dist/inspector/', import.meta.url);

export type BuiltName = 'index.html' | 'assets/inspector.js' | 'assets/inspector.css' | 'trace.html';

/** @throws Error in a checkout that was not built */
export function builtFile(name: BuiltName): Buffer {
  try {
    return readFileSync(new URL(name, FOLDER));
  } catch (cause) {
    throw new Error(`dist/inspector/${name} is not built: npm run build`, { cause });
  }
}
