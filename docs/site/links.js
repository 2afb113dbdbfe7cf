// Where the links of documents lead on the site. A document is named by its path from the project's folder on, as `docs/cli.md`, and keeps
// the links that other viewers of Markdown follow: relative ones, also to sources, of which the site has no pages.
import { posix } from 'node:path';

/**
 * @param {string} from the document that has the link
 * @param {string} href
 * @param {ReadonlyMap<string, string>} places of documents, folders and other files on the site
 * @returns {string | undefined} undefined where the site has no such page
 */
export function linkOnSite(from, href, places) {
  if (/^(?:[a-z][a-z\d+.-]*:|#|\/)/i.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const target = posix.join(posix.dirname(from), decodeURI(path)).replace(/\/$/, '');
  const place = places.get(target);
  return place && `/${place}${anchor === undefined ? '' : `#${anchor}`}`;
}

/** What a link to a source leads to, from the project's folder on. @param {string} from @param {string} href */
export const sourceOf = (from, href) =>
  posix.join(posix.dirname(from), decodeURI(href.split('#')[0] ?? '')).replace(/\/$/, '');

/**
 * A plugin of markdown-it: links of documents lead to pages of the site. One to a source becomes text, which names the source.
 *
 * @param {any} md
 * @param {{ readonly documents: ReadonlyMap<string, string>, readonly places: ReadonlyMap<string, string> }} staged
 *   `documents` by their pages
 */
export function linksOnSite(md, { documents, places }) {
  md.core.ruler.push('links-on-site', (/** @type {any} */ state) => {
    const from = documents.get(state.env.relativePath);
    if (from === undefined) return;
    const inHtml = (/** @type {string} */ html) =>
      html.replace(
        /(\b(?:href|src)=")([^"]+)"/g,
        (_, before, href) => `${before}${linkOnSite(from, href, places) ?? href}"`,
      );
    for (const block of state.tokens) {
      if (block.type === 'html_block') block.content = inHtml(block.content);
      if (block.type === 'inline') block.children = inline(block.children, from, inHtml, state.Token, places);
    }
  });
}

/**
 * @param {any[]} tokens
 * @param {string} from
 * @param {(html: string) => string} inHtml
 * @param {any} Token
 * @param {ReadonlyMap<string, string>} places
 */
function inline(tokens, from, inHtml, Token, places) {
  /** @type {any[]} */
  const kept = [];
  /** The source that the link leads to, and what its text is so far; undefined in a link that stays. @type {{ source: string, text: string } | undefined} */
  let dropped;
  for (const token of tokens) {
    if (token.type === 'html_inline') token.content = inHtml(token.content);
    if (token.type === 'link_open') {
      const href = token.attrGet('href');
      const onSite = linkOnSite(from, href, places);
      dropped = onSite === undefined ? { source: sourceOf(from, href), text: '' } : undefined;
      if (onSite !== undefined) token.attrSet('href', onSite);
      else continue;
    }
    if (token.type === 'link_close' && dropped !== undefined) {
      const { source, text } = dropped;
      dropped = undefined;
      if (!source.endsWith(text) || text === '') kept.push(...named(source, Token));
      continue;
    }
    if (dropped !== undefined) dropped.text += token.content;
    kept.push(token);
  }
  return kept;
}

/** ` (source)`. @param {string} source @param {any} Token */
function named(source, Token) {
  const [before, code, after] = [
    new Token('text', '', 0),
    new Token('code_inline', 'code', 0),
    new Token('text', '', 0),
  ];
  Object.assign(before, { content: ' (' });
  Object.assign(code, { content: source, markup: '`' });
  Object.assign(after, { content: ')' });
  return [before, code, after];
}

/** The anchor of a heading, as GitHub makes it, so that links work in both places. @param {string} heading */
export const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
