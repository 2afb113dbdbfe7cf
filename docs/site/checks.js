// What has to be true of a site that is built, beside what VitePress checks itself: links of every kind lead to a file and an anchor that are
// there, each export of the package and each command has its place, and a page asks nothing of other hosts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parse } from 'node-html-parser';
import ts from 'typescript';
import { programOf } from '../../build/cli/commands.js';
import { root } from './stage.js';

/**
 * @param {string} out the site's folder
 * @param {string} base
 * @returns {Promise<string[]>} the problems, a line each
 */
export async function problemsOf(out, base) {
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .map((path) => path.replaceAll('\\', '/'));
  const pages = new Map(paths.map((path) => [path, pageIn(join(out, path))]));
  const links = [...pages].flatMap(([path, { links }]) =>
    links.map((href) => deadLink(path, href, pages, out, base)),
  );
  return [
    ...new Set(links.filter((problem) => problem !== undefined)),
    ...[...pages].flatMap(([path, { loads }]) =>
      loads.map((url) => `${path}: loads ${url} from another host`),
    ),
    ...missingExports(out),
    ...missingCommands(pages.get('cli.html'), await commands()),
  ];
}

/** @typedef {{ readonly links: readonly string[], readonly anchors: ReadonlySet<string>, readonly loads: readonly string[], readonly headings: readonly string[] }} Page */

/** @param {string} file @returns {Page} */
function pageIn(file) {
  const html = parse(readFileSync(file, 'utf8'), {
    comment: false,
    blockTextElements: { script: false, style: false, pre: true },
  });
  const attributes = (/** @type {string} */ selector, /** @type {string} */ name) =>
    html.querySelectorAll(selector).map((element) => element.getAttribute(name) ?? '');
  const loads = [
    ...attributes('script[src]', 'src'),
    ...attributes('link[href]', 'href'),
    ...attributes('img[src]', 'src'),
  ];
  return {
    links: [...new Set([...attributes('a[href]', 'href'), ...loads].filter(isOurs))],
    anchors: new Set(attributes('[id]', 'id')),
    loads: loads.filter((url) => /^(?:https?:)?\/\//.test(url)),
    headings: html
      .querySelectorAll('h1, h2, h3')
      .map((heading) => heading.text.replace(/\u200b/g, '').trim()),
  };
}

/** @param {string} href */
const isOurs = (href) => !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(href);

/**
 * @param {string} path
 * @param {string} href
 * @param {ReadonlyMap<string, Page>} pages
 * @param {string} out
 * @param {string} base
 */
function deadLink(path, href, pages, out, base) {
  const [way = '', anchor = ''] = href.replaceAll('&amp;', '&').split('#');
  const inSite = way.startsWith(base)
    ? way.slice(base.length)
    : way === ''
      ? path
      : posix.join(posix.dirname(path), way);
  const file = decodeURIComponent(inSite.split('?')[0] ?? '').replace(/(^|\/)$/, '$1index.html');
  if (way.startsWith('/') && !way.startsWith(base)) return `${path}: ${href} leads out of the site`;
  const page = pages.get(file);
  if (page === undefined) return existsSync(join(out, file)) ? undefined : `${path}: ${href} leads nowhere`;
  if (anchor === '' || page.anchors.has(decodeURIComponent(anchor))) return undefined;
  return `${path}: ${href} leads to an anchor that ${file} has not`;
}

/** The names that each entry exports, types included, as declared in dist. @returns {Map<string, string[]>} */
function declaredExports() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).flatMap(([path, target]) =>
    target.types === undefined ? [] : [[`stuntkey${path.slice(1)}`, join(root, target.types)]],
  );
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    },
  );
  const checker = program.getTypeChecker();
  return new Map(
    entries.map(([name, file]) => {
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      if (module === undefined) throw new Error(`${file} is no module: build first`);
      return [name, checker.getExportsOfModule(module).map((symbol) => symbol.getName())];
    }),
  );
}

/** @param {string} out */
function missingExports(out) {
  /** @type {import('./sidebar.js').Reference} */
  const reference = JSON.parse(readFileSync(join(out, 'reference.json'), 'utf8'));
  return [...declaredExports()].flatMap(([entry, names]) =>
    names
      .filter((name) => {
        const page = reference[entry]?.exports[name]?.page;
        return page === undefined || !existsSync(join(out, 'reference', page.replace(/\.md$/, '.html')));
      })
      .map((name) => `${entry}: the export ${name} has no page`),
  );
}

/** Every command, as `stuntkey pin set`. */
async function commands() {
  /** @param {import('commander').Command} command @param {string} before @returns {string[]} */
  const named = (command, before) => {
    const name = `${before}${command.name()}`;
    return [name, ...command.commands.flatMap((below) => named(below, `${name} `))];
  };
  return named(await programOf(), '');
}

/** @param {Page | undefined} page @param {readonly string[]} names */
const missingCommands = (page, names) =>
  names
    .filter((name) => !page?.headings.includes(name))
    .map((name) => `the command ${name} has no place in cli.html`);
