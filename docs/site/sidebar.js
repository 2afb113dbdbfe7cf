// The order of the pages: that of docs/README.md. A first link of an item is the page, and further ones are below it; so are the pages to which
// it alone leads, such as recipes.

import { linkOnSite } from './links.js';

/** @typedef {{ text: string, link?: string, items?: Item[], collapsed?: boolean, target?: string }} Item */

/**
 * @param {string} text of docs/README.md
 * @param {(href: string) => string | undefined} place where a link of it leads on the site
 * @param {(page: string) => readonly string[]} below pages that a page leads to, in its order
 * @param {(page: string) => string} titleOf
 * @returns {Item[]}
 */
export function sidebarOf(text, place, below, titleOf) {
  const [, ...sections] = text.split(/^## /m);
  const groups = sections
    .map((section) => {
      const [heading = ''] = section.split('\n', 1);
      const items = section.split(/^- /m).slice(1);
      return { text: heading, items: items.flatMap((item) => itemsOf(item, place)) };
    })
    .filter(({ items }) => items.length > 0);
  const items = groups.flatMap((group) => group.items);
  const known = new Set(items.flatMap((item) => [item, ...(item.items ?? [])]).map(({ link }) => link));
  // The page that leads to most of them first: it lists them, and others only mention some.
  const leads = items.map((item) => ({ item, others: [...new Set(below(item.link ?? ''))] }));
  for (const { item, others } of leads.toSorted((a, b) => b.others.length - a.others.length)) {
    const found = others.filter((link) => !known.has(link)).map((link) => ({ text: titleOf(link), link }));
    for (const { link } of found) known.add(link);
    if (found.length > 0) Object.assign(item, { items: [...(item.items ?? []), ...found], collapsed: true });
  }
  return groups;
}

/** @param {string} item @param {(href: string) => string | undefined} place @returns {Item[]} */
function itemsOf(item, place) {
  /** @type {Item[]} */
  const links = [];
  for (const [, text = '', href = ''] of item.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    const link = place(href);
    // (Files are no pages.)
    if (link !== undefined && /\.md(?:#|$)/.test(link))
      links.push({ text: capital(text.replaceAll('`', '')), link: page(link) });
  }
  const [first, ...others] = links;
  if (first === undefined) return [];
  return others.length === 0 ? [first] : [{ ...first, items: others, collapsed: true }];
}

/**
 * The pages in folders of docs to which a document leads.
 *
 * @param {string} path
 * @param {string} text
 * @param {ReadonlyMap<string, string>} places
 */
export const pagesBelow = (path, text, places) =>
  path === 'docs/README.md'
    ? []
    : [...text.matchAll(/\]\(([^)\s#]+\.md)/g)]
        .map(([, href = '']) => linkOnSite(path, href, places) ?? '')
        .filter((link) => /^\/(?!decisions|getting-started)[\w-]+\/[\w-]+\.md$/.test(link))
        .map(page);

/** @param {string} link */
const page = (link) => link.replace(/\.md(?=#|$)/, '.html').replace(/\/index\.html$/, '/');

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @typedef {{ readonly [entry: string]: { readonly page: string, readonly exports: Readonly<Record<string, { readonly page: string, readonly group: string }>> } }} Reference */

/**
 * A sidebar for each entry of the reference.
 *
 * @param {Reference} reference
 * @returns {Record<string, Item[]>}
 */
export function referenceSidebars(reference) {
  const entries = Object.entries(reference);
  const all = entries.map(([text, { page: link }]) => ({ text, link: `/reference/${page(link)}` }));
  /** @type {Record<string, Item[]>} */
  const sidebars = { '/reference/': [{ text: 'Reference', link: '/reference/', items: all }] };
  for (const [entry, { page: link, exports }] of entries) {
    /** @type {Map<string, Item[]>} */
    const groups = new Map();
    for (const [text, { page: of, group }] of Object.entries(exports))
      groups.set(group, [...(groups.get(group) ?? []), { text, link: `/reference/${page(of)}` }]);
    sidebars[`/reference/${link.replace(/index\.md$/, '')}`] = [
      { text: 'All imports', link: '/reference/' },
      { text: entry, link: `/reference/${page(link)}` },
      ...[...groups].map(([text, items]) => ({ text, items, collapsed: false })),
    ];
  }
  return sidebars;
}
