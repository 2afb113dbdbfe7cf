import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browsersPage } from '../scripts/browsers-page.js';
import { cliPage } from '../scripts/cli-page.js';
import { ctapPage } from '../scripts/ctap-page.js';
import { differencesPage } from '../scripts/differences-page.js';
import { faultsPage, mutationPage } from '../scripts/faults-page.js';
import { fidoPage } from '../scripts/fido-page.js';
import { httpPage } from '../scripts/http-page.js';
import { modelsPage } from '../scripts/models-page.js';
import { policyPage } from '../scripts/policy-page.js';
import { schemaFiles } from '../scripts/schemas.js';
import { verifyPage } from '../scripts/verify-page.js';
import { dissectorFile, wiresharkDissector } from '../scripts/wireshark.js';
import { defaultPolicy } from '../src/entries/index.ts';
import {
  anchorsOf,
  COMPILED,
  DOCUMENTS,
  GUIDES,
  linksOf,
  PARTS,
  RECIPES,
  root,
  textOf,
  WITH_EXAMPLES,
} from './documents.ts';

const page = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

describe('the pages that are made from the code', () => {
  it('docs/browsers.md has the tables of mode cdp that `npm run docs` would make', async () => {
    expect(page('browsers.md')).toBe(await browsersPage());
  });

  it('docs/cli.md is as `npm run docs` would make it', async () => {
    expect(page('cli.md')).toBe(await cliPage());
  });

  it('docs/ctap.md is as `npm run docs` would make it', async () => {
    expect(page('ctap.md')).toBe(await ctapPage());
  });

  it('docs/differences.md is as `npm run docs` would make it', () => {
    expect(page('differences.md')).toBe(differencesPage());
  });

  it('docs/http.md has the table that `npm run docs` would make', () => {
    expect(page('http.md')).toBe(httpPage());
  });

  it('docs/faults.md and docs/audit-mutation.md are as `npm run docs` would make them', () => {
    expect(page('faults.md')).toBe(faultsPage());
    expect(page('audit-mutation.md')).toBe(mutationPage());
  });

  it('docs/fido-server.md is as `npm run docs` would make it', () => {
    expect(page('fido-server.md')).toBe(fidoPage());
  });

  it('the JSON Schema files are as `npm run docs` would make them, and the package has them all', () => {
    const files = schemaFiles();
    for (const [name, text] of Object.entries(files)) expect(page(name)).toBe(text);
    const { files: shipped } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(shipped).toContain('docs/*.schema.json');
    const there = readdirSync(new URL('../docs/', import.meta.url));
    expect(there.filter((name) => name.endsWith('.schema.json'))).toEqual(Object.keys(files).sort());
  });

  it('docs/models.md is as `npm run docs` would make it', () => {
    expect(page('models.md')).toBe(modelsPage());
  });

  it('docs/policy.md has every member of the default policy, its range, and is as `npm run docs` would make it', () => {
    expect(page('policy.md')).toBe(policyPage());
    const rows = [...page('policy.md').matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \|/gm)];
    const named = rows.map(([, name]) => name);
    expect(Object.keys(defaultPolicy).filter((name) => !named.includes(name))).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
  });

  it('examples/wireshark/ctaphid.lua has the names that `npm run docs` would give it', () => {
    const text = readFileSync(dissectorFile, 'utf8');
    expect(text).toBe(wiresharkDissector());
    expect(text).toMatch(/\[0x19\] = "CTAP2_ERR_CREDENTIAL_EXCLUDED"/);
  });

  it('docs/verify.md is as `npm run docs` would make it', () => {
    expect(page('verify.md')).toBe(verifyPage());
  });
});

/** What a link of a document leads to, from the project's folder; undefined if it leads out of it. */
function within(
  path: string,
  link: string,
): { readonly file: string; readonly anchor: string | undefined } | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [file = '', anchor] = link.split('#');
  return { file: file === '' ? path : posix.join(posix.dirname(path), file), anchor };
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s has links that lead somewhere', (path) => {
    const broken = linksOf(path).filter((link) => {
      const target = within(path, link);
      if (target === undefined) return false;
      if (!existsSync(root + target.file)) return true;
      return target.anchor !== undefined && !anchorsOf(target.file).has(target.anchor);
    });
    expect(broken).toEqual([]);
  });

  it('are all listed in docs/README.md, which also lists every import, or in the list of recipes or guides', () => {
    const listedIn = (list: string): readonly (string | undefined)[] =>
      linksOf(list).map((link) => within(list, link)?.file);
    const listed = ['docs/README.md', 'docs/recipes.md', 'docs/moving-in.md'].flatMap(listedIn);
    const pages = DOCUMENTS.filter((path) => path.startsWith('docs/') && !path.startsWith('docs/decisions/'));
    expect(pages.filter((path) => !listed.includes(path))).toEqual([]);
    expect(RECIPES.filter((path) => !listedIn('docs/recipes.md').includes(path))).toEqual([]);
    expect(GUIDES.filter((path) => !listedIn('docs/moving-in.md').includes(path))).toEqual([]);
    const { exports } = JSON.parse(textOf('package.json'));
    const paths = Object.keys(exports).filter((path) => !path.endsWith('.json'));
    const text = textOf('docs/README.md');
    expect(paths.filter((path) => !text.includes(`\`stuntkey${path.slice(1)}\``))).toEqual([]);
  });

  it('that llms.txt, the skill and moving-in.md name ship with the package', () => {
    const { files } = JSON.parse(textOf('package.json')) as { files: string[] };
    const ships = (path: string): boolean =>
      path === 'README.md' ||
      (!files.includes(`!${path}`) &&
        files.some(
          (entry) =>
            path.replace(/[^/]+\.md$/, '*.md') === entry || path === entry || path.startsWith(`${entry}/`),
        ));
    const named = ['llms.txt', 'docs/moving-in.md'].flatMap((path) =>
      linksOf(path).map((link) => within(path, link)?.file ?? ''),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(['llms.txt', 'skills/stuntkey/SKILL.md', ...named].filter((path) => !ships(path))).toEqual([]);
  });

  it('of CONTRIBUTING.md name files that are there', () => {
    const paths = [
      ...textOf('CONTRIBUTING.md').matchAll(/(?:`|run )((?:src|test|examples|docs|tools)\/[\w./-]+)/g),
    ].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(root + path))).toEqual([]);
  });

  it.each(RECIPES)(
    '%s says a problem in one sentence, and has an example, what one sees, and what goes wrong',
    (path) => {
      const text = textOf(path);
      const [, problem = ''] = /^# .+\n\n([^\n]+(?:\n[^\n]+)*)\n\n/.exec(text) ?? [];
      expect(problem.match(/[.?!](?=\s|$)/g)).toHaveLength(1);
      expect(text).toMatch(/^```(?:js|sh)\n/m);
      const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(expect.arrayContaining(['What you see', 'What goes wrong']));
      expect(headings.at(-1)).toBe('What goes wrong');
      expect(text.slice(text.indexOf('## What goes wrong')).match(/^\| .* \|$/gm)?.length).toBeGreaterThan(3);
    },
  );

  it.each(DOCUMENTS.filter((path) => path.startsWith('docs/getting-started/')))(
    '%s says how to install, and what comes next',
    (path) => {
      const text = textOf(path);
      expect(text).toMatch(/^npm install -D stuntkey/m);
      expect(text.slice(text.indexOf('\n## Next\n')).match(/^- .*\]\(/gm)?.length).toBeGreaterThan(1);
    },
  );

  it('have blocks of js that run, or compile, or are parts for a reason that is said', () => {
    const withBlocks = DOCUMENTS.filter((path) => /^```(?:js|ts)$/m.test(textOf(path)));
    const parts = Object.keys(PARTS);
    const tested = [...WITH_EXAMPLES, ...GUIDES, ...COMPILED, ...parts];
    expect(withBlocks.filter((path) => !tested.includes(path))).toEqual([]);
    expect(parts.filter((path) => !withBlocks.includes(path))).toEqual([]);
  });

  it('have pictures that are light and dark, and that say in words what they show', () => {
    const pictures = readdirSync(`${root}docs/concepts`);
    expect(pictures.length).toBeGreaterThan(2);
    for (const name of pictures) {
      const picture = textOf(`docs/concepts/${name}`);
      expect(picture, name).toContain('@media (prefers-color-scheme:dark)');
      expect(picture, name).toMatch(/<title id="t">[^<]+<\/title>\n<desc id="d">[^<]{80,}<\/desc>/);
      expect(picture.length, name).toBeLessThan(8_000);
    }
  });

  it('troubleshooting.md has messages that stuntkey says', () => {
    const source = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => textOf(`src/${path}`))
      .join('\n')
      .replaceAll("\\'", "'");
    const messages = [...textOf('docs/troubleshooting.md').matchAll(/^\| `([^`]+)` \|/gm)].map(
      ([, text = '']) => text,
    );
    expect(messages.length).toBeGreaterThan(90);
    expect(messages.filter((message) => !source.includes(message))).toEqual([]);
  });
});
