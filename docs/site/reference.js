// The reference: a page for each export of each entry of the package, made by TypeDoc from the doc comments. What TypeDoc warns about is an
// error: a type that is shown and not exported, a link that leads nowhere, an export without a comment. So is a function or class without an
// example, where neither its own comment nor that of its entry has one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Logger, LogLevel, ReflectionKind } from 'typedoc';
import { root, site } from './stage.js';

/** The source of each sub-path that package.json exports; k6's is put together by a script of its own. @returns {Map<string, string>} */
export function entriesOf() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const paths = Object.keys(exports).filter((path) => !path.endsWith('.json'));
  return new Map(
    paths.map((path) => {
      const name = path === '.' ? 'index' : path.slice(2);
      const file = name === 'k6' ? 'src/load/bare/k6.ts' : `src/entries/${name}.ts`;
      return [path === '.' ? 'stuntkey' : `stuntkey/${name}`, join(root, file)];
    }),
  );
}

const DOCUMENTED = ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable', 'Enum', 'Namespace', 'Module'];

/** Collects what TypeDoc says, instead of printing it. */
class Kept extends Logger {
  /** @type {string[]} */
  problems = [];

  /** @override @param {string} message @param {LogLevel} level */
  log(message, level) {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.problems.push(message);
  }
}

/**
 * Writes the pages.
 *
 * @param {string} out
 * @param {ReadonlyMap<string, string>} [entries] sources by names
 * @param {string} [tsconfig] whose files have these sources
 * @returns {Promise<{ readonly reference: import('./sidebar.js').Reference, readonly problems: readonly string[] }>}
 */
export async function writeReference(out, entries = entriesOf(), tsconfig = join(site, 'tsconfig.json')) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: [...entries.values()],
    outputs: [{ name: 'markdown', path: out }],
    tsconfig,
    name: 'Reference',
    readme: 'none',
    alwaysCreateEntryPointModule: true,
    disableSources: true,
    // The compiler has checked the sources.
    skipErrorChecking: true,
    excludeExternals: true,
    excludeInternal: true,
    sort: ['kind', 'alphabetical'],
    kindSortOrder: ['Function', 'Class', 'Variable', 'Interface', 'TypeAlias'],
    requiredToBeDocumented: DOCUMENTED,
    validation: {
      notExported: true,
      invalidLink: true,
      invalidPath: true,
      notDocumented: true,
      rewrittenLink: true,
    },
    router: 'member',
    entryFileName: 'index',
    hidePageHeader: true,
    hideGroupHeadings: true,
    pageTitleTemplates: { module: '{name}', member: '{name}' },
    useCodeBlocks: true,
    expandObjects: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    propertyMembersFormat: 'table',
    // (That all is readonly takes the room of what it is.)
    tableColumnSettings: { hideModifiers: true },
    sanitizeComments: true,
  });
  const logger = new Kept();
  app.logger = logger;
  /** @type {Map<unknown, string>} */
  const pages = new Map();
  app.renderer.on('beginRender', (/** @type {any} */ event) => {
    for (const { model, url } of event.pages) pages.set(model, url);
  });
  const project = await app.convert();
  if (project === undefined) return { reference: {}, problems: logger.problems };
  app.validate(project);
  mkdirSync(out, { recursive: true });
  await app.generateOutputs(project);
  const modules = project.children ?? [];
  const problems = [...logger.problems, ...modules.flatMap(withoutExample)];
  const pageOf = (/** @type {any} */ reflection) => pages.get(reflection) ?? '';
  const reference = Object.fromEntries(modules.map((module) => [module.name, described(module, pageOf)]));
  writeFileSync(join(out, 'index.md'), contents(modules, reference));
  return { reference, problems };
}

/** What an export really is, where it is shown by several entries. @param {any} reflection */
const target = (reflection) => (reflection.isReference() ? reflection.getTargetReflectionDeep() : reflection);

/** @param {any} module @param {(reflection: any) => string} pageOf */
function described(module, pageOf) {
  const exports = (module.children ?? []).map((/** @type {any} */ child) => {
    const shown = target(child);
    return [child.name, { page: pageOf(shown), group: ReflectionKind.pluralString(shown.kind) }];
  });
  return { page: pageOf(module), exports: Object.fromEntries(exports) };
}

/** @param {any} reflection @returns {readonly any[]} */
const commentsOf = (reflection) => [
  reflection.comment,
  ...(reflection.signatures ?? []).map((/** @type {any} */ { comment }) => comment),
];

/** @param {any} reflection */
const examplesOf = (reflection) =>
  commentsOf(reflection)
    .flatMap((comment) => comment?.getTags('@example') ?? [])
    .flatMap(({ content }) => content.map((/** @type {any} */ { text }) => text))
    .join('\n');

/** @param {any} module */
function withoutExample(module) {
  const shared = new Set(examplesOf(module).match(/[\w$]+/g));
  return (module.children ?? [])
    .filter((/** @type {any} */ child) => {
      const shown = target(child);
      if (!shown.kindOf(ReflectionKind.Function | ReflectionKind.Class)) return false;
      return examplesOf(shown) === '' && !shared.has(child.name);
    })
    .map(
      (/** @type {any} */ { name }) =>
        `${module.name}: ${name} has no example, nor is it in that of its entry`,
    );
}

/** The page that lists all exports. @param {readonly any[]} modules @param {import('./sidebar.js').Reference} reference */
function contents(modules, reference) {
  const sections = modules.map((module) => {
    const { page = '', exports = {} } = reference[module.name] ?? {};
    const [summary = ''] = (module.comment?.summary ?? [])
      .map((/** @type {any} */ { text }) => text)
      .join('')
      .split('\n\n');
    const groups = grouped(Object.entries(exports));
    const lines = [...groups].map(
      ([group, some]) =>
        `- ${group}: ${some.map(([name, { page: of }]) => `[${name}](/reference/${of})`).join(', ')}`,
    );
    return `## [${module.name}](/reference/${page})\n\n${summary.replace(/\n/g, ' ')}\n\n${lines.join('\n')}\n`;
  });
  return `---\noutline: 2\n---\n\n# Reference\n\nEvery import, and all that it has. Each name leads to its page: what it takes and gives, in which units, what it throws, and an example.\n\n${sections.join('\n')}`;
}

/** @param {readonly (readonly [string, { readonly page: string, readonly group: string }])[]} some */
function grouped(some) {
  /** @type {Map<string, (readonly [string, { readonly page: string, readonly group: string }])[]>} */
  const groups = new Map();
  for (const one of some) groups.set(one[1].group, [...(groups.get(one[1].group) ?? []), one]);
  return groups;
}
