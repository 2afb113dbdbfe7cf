// The site as VitePress makes it, of what docs/site/stage.js and docs/site/reference.js have put into docs/site/build.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { anchorOf, linkOnSite, linksOnSite } from '../links.js';
import { pagesBelow, referenceSidebars, sidebarOf } from '../sidebar.js';
import { documentsOf, placesOnSite, textOf, titleOf } from '../stage.js';
import { breaksInTables } from '../tables.js';

const build = fileURLToPath(new URL('../build/', import.meta.url));
const base = process.env.STUNTKEY_SITE_BASE ?? '/';
const places = placesOnSite();
const documents = documentsOf(places);
const main = sidebarOf(
  textOf('docs/README.md'),
  (href) => linkOnSite('docs/README.md', href, places),
  (page) => pagesBelow(documentAt(page), textOf(documentAt(page)), places),
  (page) => titleOf(documentAt(page)).replaceAll('`', ''),
);

/** The document of a page. @param {string} page */
function documentAt(page) {
  const path = page.slice(1).replace(/\.html(?:#.*)?$/, '.md');
  return documents.get(path === 'decisions/' ? 'contents.md' : path) ?? 'docs/README.md';
}

const reference = JSON.parse(readFileSync(`${build}reference.json`, 'utf8'));
const start = main.find(({ text }) => text === 'Getting started')?.items ?? [];

/** Lists for the project's own work, in which a search would find every word. */
const UNSEARCHED = ['audit-mutation.md', 'mutants.md'];

export default defineConfig({
  title: 'stuntkey',
  description: 'A software FIDO2 authenticator for tests: a stunt double for the security key',
  lang: 'en-US',
  base,
  srcDir: 'build/pages',
  outDir: process.env.STUNTKEY_SITE_OUT ?? 'dist',
  cacheDir: 'build/cache',
  metaChunk: true,
  // The index of the search is one file, which is loaded when a search begins.
  vite: { build: { chunkSizeWarningLimit: 8000 } },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  // Examples have addresses of servers that the reader starts.
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    // (Those of VitePress have comments and keywords that are too faint on its grounds.)
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    config: (md) => void md.use(linksOnSite, { documents, places }).use(breaksInTables),
  },
  transformPageData(page) {
    if (page.relativePath.startsWith('reference/')) page.frontmatter.pageClass = 'reference';
  },
  themeConfig: {
    logo: '/icon.svg',
    outline: [2, 3],
    nav: [
      { text: 'Start', items: start },
      { text: 'Recipes', link: '/recipes.html' },
      { text: 'Why it failed', link: '/troubleshooting.html' },
      {
        text: 'Reference',
        items: [
          { text: 'Imports', link: '/reference/' },
          { text: 'The command', link: '/cli.html' },
          { text: 'Error codes', link: '/errors.html' },
          { text: 'Models', link: '/models.html' },
          { text: 'Policy', link: '/policy.html' },
        ],
      },
      // (A page of its own, which is not of VitePress.)
      { text: 'Playground', link: '/playground/index.html', target: '_self' },
    ],
    sidebar: {
      ...referenceSidebars(reference),
      '/': [...main, { text: 'Reference', items: [{ text: 'Imports', link: '/reference/' }] }],
    },
    search: {
      provider: 'local',
      options: {
        _render(source, env, md) {
          if (UNSEARCHED.includes(env.relativePath)) return '';
          const html = md.render(source, env);
          // A page of the reference is found by its name: its parts ("Parameters", "Throws") are the same everywhere.
          return env.relativePath.startsWith('reference/')
            ? html.replace(/<(\/?)h[2-6]\b[^>]*>/g, '<$1p>')
            : html;
        },
      },
    },
  },
});
