/** Where the links of documents lead on the site, the order of its pages, and what its command takes. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { given } from '../../docs/site/given.js';
import { anchorOf, linkOnSite } from '../../docs/site/links.js';
import { pagesBelow, sidebarOf } from '../../docs/site/sidebar.js';
import { anchorsOf, DOCUMENTS, root, textOf } from '../documents.ts';

const places = new Map([
  ['docs/cli.md', 'cli.md'],
  ['docs/decisions', 'decisions/index.md'],
  ['docs/policy.schema.json', 'policy.schema.json'],
  ['README.md', 'overview.md'],
]);

describe('a link of a document', () => {
  it.each([
    ['docs/getting-started/shell.md', '../cli.md#stuntkey-new', '/cli.md#stuntkey-new'],
    ['docs/README.md', 'decisions/', '/decisions/index.md'],
    ['docs/policy.md', 'policy.schema.json', '/policy.schema.json'],
    ['docs/recipes.md', '../README.md', '/overview.md'],
    ['docs/recipes.md', '#an-anchor', '#an-anchor'],
    ['docs/recipes.md', 'https://example.com/cli.md', 'https://example.com/cli.md'],
    ['docs/recipes.md', '../examples/login-server', undefined],
  ])('of %s to %s leads to %s', (from, href, place) => {
    expect(linkOnSite(from, href, places)).toBe(place);
  });

  it('has the anchors that its documents have on GitHub', () => {
    const headings = [...textOf('docs/cli.md').matchAll(/^#{1,6} (.*)$/gm)].map(
      ([, heading = '']) => heading,
    );
    expect([...anchorsOf('docs/cli.md')].toSorted()).toEqual(
      expect.arrayContaining([...new Set(headings.map(anchorOf))]),
    );
  });
});

describe('the sidebar', () => {
  it('has every document: in the order of docs/README.md, and below the page that leads to it', () => {
    const documents = new Map(DOCUMENTS.map((path) => [path, path.replace(/^docs\//, '')]));
    const documentAt = (page: string): string => `docs/${page.slice(1).replace(/\.html(?:#.*)?$/, '.md')}`;
    const groups = sidebarOf(
      textOf('docs/README.md'),
      (href) => linkOnSite('docs/README.md', href, documents),
      (page) => pagesBelow(documentAt(page), textOf(documentAt(page)), documents),
      documentAt,
    );
    expect(groups[0]?.text).toBe('Getting started');
    const items = groups.flatMap(({ items = [] }) => items.flatMap((item) => [item, ...(item.items ?? [])]));
    const links = items.map(({ link }) => link);
    const pages = DOCUMENTS.filter((path) => /^docs\/(?!decisions|README)/.test(path)).map(
      (path) => `/${path.slice('docs/'.length).replace(/md$/, 'html')}`,
    );
    expect(pages.filter((page) => !links.includes(page))).toEqual([]);
    const recipes = items.find(({ link }) => link === '/recipes.html')?.items?.map(({ link }) => link);
    expect(recipes).toContain('/recipes/second-account.html');
  });
});

describe('the command of the site', () => {
  const other = join(mkdtempSync(join(tmpdir(), 'stuntkey-site-')), 'mine.txt');
  writeFileSync(other, 'mine');

  it.each([
    [
      ['--base', 'stuntkey'],
      '--base: expected a path that begins and ends with a slash, such as /stuntkey/, got stuntkey',
    ],
    [['--base', '/a'], 'got /a'],
    [['--base', '/../'], 'got /../'],
    [['--base', 'https://example.com/'], 'got https://example.com/'],
    [['--port', '70000'], '--port: expected a number from 0 to 65535, got 70000'],
    [['--port', 'http'], 'got http'],
    [['--check', root], `--check: expected a site that this command has built, got ${root.slice(0, -1)}`],
    [['--check', 'a', '--out', 'b'], '--check and --out: expected one of them'],
    [
      ['--out', join(other, '..')],
      '--out: expected no such folder, an empty one, or a site, got other files in',
    ],
    [['--out', other], 'got other files in'],
    [['--sreve'], 'there are --out FOLDER, --base PATH, --serve, --port PORT, --check FOLDER'],
    [['stray'], 'there are --out FOLDER'],
  ])('refuses %j before it does anything', (args, says) => {
    expect(() => given(args)).toThrow(says);
  });

  it('takes a folder that is not there, and the path of any host', () => {
    const out = join(other, '../new');
    expect(given(['--out', out, '--base', '/docs/stuntkey-0.1/', '--serve'])).toEqual({
      out,
      base: '/docs/stuntkey-0.1/',
      serve: true,
      port: 4173,
    });
    expect(given([])).toMatchObject({ base: '/', serve: false });
  });
});
