// Puts together what the site is made of: the documents of the project, and the pages that only the site has. They stay where they are,
// because they are shipped and read elsewhere too; what VitePress reads is a copy.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const site = fileURLToPath(new URL('./', import.meta.url));
/** What VitePress reads. */
export const staged = join(site, 'build/pages');

/** Documents outside docs that are pages, too. */
const BESIDE = {
  'README.md': 'overview.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security-policy.md',
};

/** Folders whose documents are pages, by where they are on the site. @type {readonly (readonly [folder: string, file: string, place: string])[]} */
const FOLDERS = [
  ['clients', 'README.md', 'clients'],
  ['skills', 'SKILL.md', 'skills'],
];

/** @param {string} folder from the project's folder on @returns {string[]} */
function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return path === 'docs/site' ? [] : filesIn(path);
      return [path];
    })
    .sort();
}

/** Where documents, folders and files are on the site. @returns {Map<string, string>} */
export function placesOnSite() {
  const places = new Map(Object.entries(BESIDE));
  for (const path of filesIn('docs'))
    places.set(path, path === 'docs/README.md' ? 'contents.md' : path.slice('docs/'.length));
  for (const [folder, file, place] of FOLDERS)
    for (const name of readdirSync(join(root, folder)))
      if (existsSync(join(root, folder, name, file)))
        places.set(`${folder}/${name}/${file}`, `${place}/${name}.md`);
  places.set('docs/decisions', 'decisions/index.md');
  return places;
}

/** Documents by their pages. @param {ReadonlyMap<string, string>} places */
export const documentsOf = (places) =>
  new Map([...places].filter(([path]) => path.endsWith('.md')).map(([path, place]) => [place, path]));

/** @param {string} path from the project's folder on */
export const textOf = (path) => readFileSync(join(root, path), 'utf8');

/** The title of a document. @param {string} path */
export const titleOf = (path) => /^# (.+)$/m.exec(textOf(path))?.[1] ?? path;

/**
 * Writes the copy anew.
 *
 * @param {Readonly<Record<string, string>>} figures what the front page says in place of `%name%`
 */
export function stage(figures) {
  rmSync(staged, { recursive: true, force: true });
  const places = placesOnSite();
  for (const [path, place] of places) {
    if (path === 'docs/decisions') continue;
    put(path, join(staged, place));
    // Links to files are no business of the bundler; pictures are in both places.
    if (!path.endsWith('.md')) put(path, join(staged, 'public', place));
  }
  cpSync(join(site, 'pages'), staged, { recursive: true });
  cpSync(join(site, 'public'), join(staged, 'public'), { recursive: true });
  const front = readFileSync(join(staged, 'index.md'), 'utf8');
  writeFileSync(join(staged, 'index.md'), filled(front, figures));
  writeFileSync(join(staged, 'decisions/index.md'), decisionsPage(places));
}

/** @param {string} path @param {string} to */
function put(path, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(root, path), to);
}

/** @param {string} text @param {Readonly<Record<string, string>>} figures */
function filled(text, figures) {
  return text.replace(/%([\w-]+)%/g, (_, name) => {
    const figure = figures[name];
    if (figure === undefined) throw new Error(`docs/site/pages/index.md: there is no figure ${name}`);
    return figure;
  });
}

/** @param {ReadonlyMap<string, string>} places */
function decisionsPage(places) {
  const pages = [...places].filter(([path]) => /^docs\/decisions\/.+\.md$/.test(path));
  const lines = pages.map(([path, place]) => `- [${titleOf(path)}](/${place})`);
  return `# Decisions\n\nWhat was weighed, what was chosen, and which paragraph of which text decided.\n\n${lines.join('\n')}\n`;
}
