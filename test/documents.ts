/** The documents and their examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('..', import.meta.url));

export const textOf = (path: string): string => readFileSync(root + path, 'utf8');

/** Every document that people read, by its path in the project. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'llms.txt',
  'skills/stuntkey/SKILL.md',
  'skills/stuntkey-browser/SKILL.md',
  ...['dotnet', 'go', 'java', 'python', 'ruby'].map((language) => `clients/${language}/README.md`),
  ...documentsIn('docs').sort(),
];

/** (The site's own folder has its pages, and what it installs and builds.) */
function documentsIn(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return path === 'docs/site' ? [] : documentsIn(path);
    return path.endsWith('.md') ? [path] : [];
  });
}

/** Documents of a folder of docs. */
const within = (folder: string): readonly string[] =>
  DOCUMENTS.filter((path) => path.startsWith(`docs/${folder}/`));

/** One problem each, with an example. */
export const RECIPES: readonly string[] = within('recipes');

/** How a suite moves over from another program. */
export const GUIDES: readonly string[] = within('guides');

/** The documents all of whose blocks of `js` run, and print what they say. */
export const WITH_EXAMPLES: readonly string[] = [
  'README.md',
  ...['backend', 'browser', 'client', 'server'].map((name) => `docs/getting-started/${name}.md`),
  // (Its example is for a shell.)
  ...RECIPES.filter((path) => path !== 'docs/recipes/ci.md'),
  'skills/stuntkey/SKILL.md',
  ...['apps', 'attestation', 'load', 'post-quantum', 'verify'].map((name) => `docs/${name}.md`),
];

/** Documents whose blocks of `js` compile in strict TypeScript as they are printed, and run only if they are in the list above. */
export const COMPILED: readonly string[] = [
  'README.md',
  'skills/stuntkey/SKILL.md',
  ...['backend', 'browser', 'client', 'server'].map((name) => `docs/getting-started/${name}.md`),
  ...RECIPES,
  // (They wait for a client, open a port or a device, or read a file of the reader's.)
  ...['capture', 'nfc', 'stdio', 'uhid', 'usbip'].map((name) => `docs/${name}.md`),
];

/** Documents with blocks that neither run nor compile, and why. */
export const PARTS: Readonly<Record<string, string>> = {
  'docs/audit.md': 'the server is the reader’s; docs/getting-started/server.md has a whole one',
  'docs/browsers.md': 'parts of programs around a page; docs/getting-started/browser.md has whole ones',
  'docs/tools.md': 'files of other tools; those of examples/tools run in test/tools',
  'docs/where-it-runs.md': 'part of a page, and a file of Next.js; test/bundlers builds whole pages',
};

/** What an example is run by. */
type Runner = 'vitest' | 'playwright' | 'puppeteer' | 'webdriver' | 'node';

export interface Example {
  /** For names of tests: the document, and which of its examples. */
  readonly name: string;
  readonly path: string;
  readonly code: string;
  readonly runner: Runner;
}

const RUNNERS = ['vitest', 'playwright', 'puppeteer', 'webdriver'] as const;

/** The examples of a document in JavaScript. */
export function examplesOf(path: string): Example[] {
  const blocks = [...textOf(path).matchAll(/```js\n([\s\S]*?)```/g)];
  return blocks.map(([, code = ''], place) => ({
    name: `${path}, number ${place + 1}`,
    path,
    code,
    runner: RUNNERS.find((runner) => code.includes(`'stuntkey/${runner}'`)) ?? 'node',
  }));
}

/** A document without what is code. */
function proseOf(path: string): string {
  return textOf(path)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length));
}

/** Where a document leads, as it is written there: pictures, too. */
export function linksOf(path: string): string[] {
  const text = proseOf(path);
  const links = [
    ...text.matchAll(/\]\(([^)\s]+)\)/g),
    ...text.matchAll(/<(?:img|a)[^>]* (?:src|href)="([^"]+)"/g),
  ];
  return links.map(([, target = '']) => target);
}

/** The anchors of a document, as GitHub makes them of its headings. */
export function anchorsOf(path: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = textOf(path)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#{1,6} (.*)$/gm);
  const anchors = [...headings].map(([, heading = '']) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}
