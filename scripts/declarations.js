// The declarations that some names need, of all that `tsc` writes: an editor shows nothing else, and a download has nothing else in it.
import { dirname, join } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** @typedef {{ readonly from: string, readonly name: string }} Foreign a name that another file exports; `*` is all of them */
/** @typedef {ReturnType<typeof parseSync>['program']['body'][number]} Node */
/** @typedef {{ readonly node: Node, readonly start: number, needed: boolean }} Statement from the comment above it on */

/** @param {{ name: string } | { value: unknown }} id */
const textOf = (id) => ('name' in id ? id.name : String(id.value));

/** One file. */
class Declarations {
  #path;
  #text;
  #fileAt;
  /** @type {Statement[]} */
  #statements = [];
  /** @type {Map<string, Statement[]>} */
  #declared = new Map();
  /** @type {Map<string, Foreign>} */
  #imported = new Map();
  /** By the name outside: the one inside, or of another file. @type {Map<string, string | Foreign>} */
  #exported = new Map();
  /** What all is exported of. @type {string[]} */
  #passedOn = [];
  /** @type {Set<string>} */
  #neededInside = new Set();
  /** @type {Set<string>} */
  #neededOutside = new Set();

  /** @param {string} path @param {string} text @param {(path: string) => Declarations} fileAt */
  constructor(path, text, fileAt) {
    this.#path = path;
    this.#text = text;
    this.#fileAt = fileAt;
    const { program, errors } = parseSync(path, text, { lang: 'dts', sourceType: 'module' });
    if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
    let start = 0;
    for (const node of program.body) {
      this.#read({ node, start, needed: false });
      start = node.end;
    }
  }

  /** @param {Statement} statement */
  #read(statement) {
    const { node } = statement;
    this.#statements.push(statement);
    if (node.type === 'ImportDeclaration') {
      const from = node.source.value;
      for (const one of node.specifiers) {
        if (one.type !== 'ImportSpecifier') throw new Error(`${this.#path}: expected names of ${from}`);
        this.#imported.set(one.local.name, { from, name: textOf(one.imported) });
      }
    } else if (node.type === 'ExportAllDeclaration') this.#passedOn.push(node.source.value);
    else if (node.type === 'ExportNamedDeclaration' && !node.declaration) {
      for (const { local, exported } of node.specifiers) {
        const name = textOf(local);
        this.#exported.set(textOf(exported), node.source ? { from: node.source.value, name } : name);
      }
    } else {
      const isExported = node.type === 'ExportNamedDeclaration';
      const declaration = /** @type {any} */ (isExported ? node.declaration : node);
      for (const { id } of declaration.declarations ?? [declaration]) {
        if (typeof id?.name !== 'string') throw new Error(`${this.#path}: expected a name, got ${node.type}`);
        this.#declared.set(id.name, [...(this.#declared.get(id.name) ?? []), statement]);
        if (isExported) this.#exported.set(id.name, id.name);
      }
    }
  }

  /** Asks for what it exports by a name. @param {string} name */
  need(name) {
    if (this.#neededOutside.has(name)) return;
    this.#neededOutside.add(name);
    if (name === '*') for (const one of this.#exported.keys()) this.need(one);
    const target = this.#exported.get(name);
    if (typeof target === 'string') this.#needInside(target);
    else if (target !== undefined) this.#needForeign(target);
    else for (const from of this.#passedOn) this.#needForeign({ from, name });
  }

  /** @param {string} name */
  #needInside(name) {
    if (this.#neededInside.has(name)) return;
    this.#neededInside.add(name);
    const foreign = this.#imported.get(name);
    if (foreign !== undefined) this.#needForeign(foreign);
    for (const statement of this.#declared.get(name) ?? []) {
      statement.needed = true;
      this.#needWithin(statement.node);
    }
  }

  /** @param {Foreign} name */
  #needForeign({ from, name }) {
    if (from.startsWith('.'))
      this.#fileAt(join(dirname(this.#path), from.replace(/\.[jt]s$/, '.d.ts'))).need(name);
  }

  /** All names in it. (One of a member's may be that of a declaration, too: then a little more stays.) @param {unknown} node */
  #needWithin(node) {
    if (typeof node !== 'object' || node === null) return;
    const { type, name } = /** @type {{ type?: unknown, name?: unknown }} */ (node);
    if (type === 'TSImportType') throw new Error(`${this.#path}: expected an import, got import() in a type`);
    if (type === 'Identifier') this.#needInside(String(name));
    for (const one of Object.values(node)) this.#needWithin(one);
  }

  /** What was asked for, as text. */
  toString() {
    return `${this.#statements.map((statement) => this.#kept(statement)).join('')}\n`;
  }

  /** @param {Statement} statement */
  #kept({ node, start, needed }) {
    const whole = this.#text.slice(start, node.end);
    if (node.type === 'ExportAllDeclaration') return whole;
    const isImport = node.type === 'ImportDeclaration';
    if (!isImport && (node.type !== 'ExportNamedDeclaration' || node.declaration)) return needed ? whole : '';
    const names = node.specifiers.filter((one) =>
      isImport
        ? this.#neededInside.has(textOf(one.local))
        : this.#neededOutside.has(textOf(/** @type {any} */ (one).exported)),
    );
    if (names.length === node.specifiers.length) return whole;
    if (names.length === 0) return '';
    const list = names.map((one) => this.#text.slice(one.start, one.end)).join(', ');
    return whole.replace(/\{[^{}]*\}(?=[^{}]*$)/, `{ ${list} }`);
  }
}

/**
 * What these files export, and what that needs, as text by path.
 *
 * @param {readonly string[]} paths
 * @param {(path: string) => string} read
 * @returns {ReadonlyMap<string, string>}
 */
export function neededDeclarations(paths, read) {
  /** @type {Map<string, Declarations>} */
  const files = new Map();
  const fileAt = (/** @type {string} */ path) => {
    let file = files.get(path);
    if (file === undefined) {
      file = new Declarations(path, read(path), fileAt);
      files.set(path, file);
    }
    return file;
  };
  for (const path of paths) fileAt(path).need('*');
  return new Map([...files].map(([path, file]) => [path, `${file}`]));
}
