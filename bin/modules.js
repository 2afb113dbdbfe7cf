// Loads the built modules as scripts, because V8's code cache is for scripts only (Node keeps one for ECMAScript modules from 22.1 on, and gains
// less by it). What the bundler writes has imports at its head and exports at its end, one line each; test/cli/start.test.ts
// compares what is made of them with the modules' syntax trees.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { constants: vm, Script } = require('node:vm');

/** @typedef {Record<string, unknown>} Exports */
/** @typedef {{ script(file: string, source: string): Script }} Scripts what compiles, or has compiled before */

const IMPORT = /^import (?:(?:(\* as )?([\w$]+)|\{([^}]*)\}) from )?"([^"]+)";\n/;
const EXPORT = /^export \{([^}]*)\}(?: from "([^"]+)")?;\n?$/;
/** What is in the middle of a module, and what stands for it in a script. */
const WITHIN = /** @type {const} */ ([
  ['import("', '$import("'],
  ['import.meta', '$meta'],
]);
/** At the head of a chunk that has packages inside. */
const NOTICES = /^\/\*![\s\S]*?\*\/\n/;

/** @param {string} list names, some of them renamed with `as` */
const pairs = (list) =>
  list.split(',').flatMap((one) => {
    const [name = '', other = name] = one.trim().split(' as ');
    return name === '' ? [] : [/** @type {const} */ ([name, other])];
  });

/** A module as a function of its exports, of what loads another, at once or in time, and of its `import.meta`. @param {string} text */
function scriptOf(text) {
  let rest = text.replace(NOTICES, '');
  let head = '';
  for (let found = IMPORT.exec(rest); found !== null; found = IMPORT.exec(rest)) {
    const [whole, star, name, names, from] = found;
    rest = rest.slice(whole.length);
    if (names !== undefined)
      head += `const {${pairs(names).map(([theirs, ours]) => `${theirs}:${ours}`)}}=$load("${from}");`;
    else if (name === undefined) head += `$load("${from}");`;
    else head += `const ${name}=$load("${from}")${star === undefined ? '.default' : ''};`;
  }
  let tail = '';
  for (let at = exportIn(rest); at >= 0; at = exportIn(rest)) {
    const [, names = '', from] = EXPORT.exec(rest.slice(at)) ?? [];
    rest = rest.slice(0, at);
    const source = from === undefined ? '' : `$load("${from}").`;
    for (const [ours, theirs] of pairs(names)) tail += `$exports.${theirs}=${source}${ours};`;
  }
  // (No regular expressions: they take long in half a megabyte.)
  const body = WITHIN.reduce((text, [before, after]) => text.split(before).join(after), rest);
  return `(function ($exports, $load, $import, $meta) { 'use strict'; ${head}\n${body}\n${tail}\n})`;
}

/** Where the last export begins; -1 without. @param {string} text */
function exportIn(text) {
  const at = text.lastIndexOf('\nexport {');
  if (at >= 0) return at + 1;
  return text.startsWith('export {') ? 0 : -1;
}

/**
 * A script. (What it imports by a variable is a package.)
 *
 * @param {string} filename
 * @param {string} source
 * @param {Buffer} [cachedData]
 */
const compiled = (filename, source, cachedData) =>
  new Script(source, {
    filename,
    importModuleDynamically: vm.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });

class Modules {
  /** @type {Map<string, Exports>} */
  #loaded = new Map();
  #scripts;

  /** @param {Scripts} [scripts] */
  constructor(scripts = { script: compiled }) {
    this.#scripts = scripts;
  }

  /** What a module exports. @param {string} file @returns {Exports} */
  load(file) {
    let exports = this.#loaded.get(file);
    if (exports === undefined) {
      exports = {};
      this.#loaded.set(file, exports);
      this.#run(file, exports);
    }
    return exports;
  }

  /** @param {string} file @param {Exports} exports */
  #run(file, exports) {
    const require = createRequire(file);
    /** @param {string} name */
    const load = (name) => {
      if (name.startsWith('.')) return this.load(join(dirname(file), name));
      if (name.startsWith('#')) return this.load(require.resolve(name));
      return require(name);
    };
    /** @param {string} name */
    const later = async (name) => (/^[.#]/.test(name) ? load(name) : import(name));
    const script = this.#scripts.script(file, scriptOf(readFileSync(file, 'latin1')));
    script.runInThisContext()(exports, load, later, { url: pathToFileURL(file).href });
  }
}

module.exports = { Modules, compiled, scriptOf };
