/** The module for k6, and realms to run it in. */
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

const file = new URL('../../../dist/k6/stuntkey.js', import.meta.url);

/** The text of the module, as built. */
export const moduleText = (): string => readFileSync(file, 'utf8');

/** The module as a script that leaves its exports in the global `stuntkey`. */
function asScript(): string {
  return `'use strict';${moduleText().replace(/export\s*\{([^}]*)\};?\s*$/, (_, list: string) => {
    const members = list.split(',').map((entry) => {
      const [local, name = local] = entry.trim().split(' as ');
      return `${name}: ${local}`;
    });
    return `globalThis.stuntkey = { ${members.join(', ')} };`;
  })}`;
}

/** Runs code with an `await` in it in a realm that has ECMAScript 2022 and nothing else, behind the module's script. */
export async function inEmptyContext(code: string): Promise<unknown> {
  const context = createContext(Object.create(null));
  // What V8 brings along, and what is younger than k6's engine may be.
  runInContext(
    'delete globalThis.console; delete globalThis.WebAssembly; delete String.prototype.isWellFormed;',
    context,
  );
  runInContext(asScript(), context);
  return JSON.parse(
    await (runInContext(`(async () => JSON.stringify(await (${code})))()`, context) as Promise<string>),
  );
}
