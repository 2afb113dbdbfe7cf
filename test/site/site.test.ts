/** The site of the documents, built as `npm run docs:site` builds it, and looked at as a reader does. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFolder } from '../../docs/site/serve.js';
import { whyNotInstalled } from '../../tools/install.js';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { root } from '../documents.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

/** Where it is: in a folder of its host, as a project's pages often are. */
const BASE = '/docs/stuntkey/';

const without = withoutTime ?? whyNotInstalled('docs/site');

describe.skipIf(without)(named('the site', without), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-site-'));
  const out = join(folder, 'site');
  let html: ReadonlyMap<string, string> = new Map();

  /** What the site's command says, and whether it passes. */
  async function site(...args: string[]): Promise<{ readonly said: string; readonly passed: boolean }> {
    const command = [join(root, 'docs/site/run.js'), ...args];
    return await promisify(execFile)(process.execPath, command, { cwd: root, maxBuffer: 1 << 26 }).then(
      ({ stdout, stderr }) => ({ said: stdout + stderr, passed: true }),
      ({ stdout, stderr }) => ({ said: `${stdout}${stderr}`, passed: false }),
    );
  }

  beforeAll(async () => {
    const { said, passed } = await site('--out', out, '--base', BASE);
    expect(passed, said).toBe(true);
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.html'),
    );
    html = new Map(files.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(out, path), 'utf8')]));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const page = (path: string): string => html.get(path) ?? '';
  const textIn = (markup: string): string =>
    markup
      .replace(/<[^>]+>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replaceAll('\u200b', '')
      .trim();
  const headings = (path: string): string[] =>
    [...page(path).matchAll(/<h[1-4]\b[^>]*>([\s\S]*?)<\/h[1-4]>/g)].map(([, inner = '']) => textIn(inner));

  /** A page without what is above and beside its text. */
  const contentOf = (path: string): string => page(path).replace(/^[\s\S]*?id="VPContent"/, '');

  /** Where a link of a page's text leads; a card is a link, too, and its last words are the link's. */
  function followed(path: string, words: string): string {
    const links = [...contentOf(path).matchAll(/<a\b[^>]*\bhref="([^"#]+)[^>]*>([\s\S]*?)<\/a>/g)];
    const [, href = ''] = links.find(([, , inner = '']) => textIn(inner).endsWith(words)) ?? [];
    expect(href, `${path} has no link ${words}`).not.toBe('');
    const target = href.startsWith(BASE) ? href.slice(BASE.length) : posix.join(posix.dirname(path), href);
    return target.replace(/(^|\/)$/, '$1index.html');
  }

  it('has a page for every document, with its title', () => {
    const documents = readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .map(
        (name) =>
          [name, /^# (.+)$/m.exec(readFileSync(join(root, 'docs', name), 'utf8'))?.[1] ?? ''] as const,
      );
    expect(documents.length).toBeGreaterThan(30);
    const plain = (text: string): string => text.replaceAll('`', '');
    expect(
      documents.filter(([name, title]) => !headings(name.replace(/md$/, 'html')).includes(plain(title))),
    ).toEqual([]);
  });

  it('has a page for every value that an entry exports, with what it takes and an example', async () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const entries = Object.keys(exports).filter((path) =>
      existsSync(join(root, `build/entries/${path.slice(2)}.js`)),
    );
    expect(entries.length).toBeGreaterThan(15);
    const reference = [...html.keys()].filter((path) => path.startsWith('reference/'));
    const titles = new Set(
      reference.map((path) =>
        textIn(/<h1\b[^>]*>([\s\S]*?)<\/h1>/.exec(page(path))?.[1] ?? '').replace(/\(\)$/, ''),
      ),
    );
    const missing: string[] = [];
    // (Those of test runners and of Artillery are made to be loaded by them.)
    for (const path of entries.filter((path) => !/vitest|jest|playwright|artillery/.test(path))) {
      const module = await import(join(root, `build/entries/${path.slice(2)}.js`));
      missing.push(...Object.keys(module).filter((name) => !titles.has(name)));
    }
    expect(missing).toEqual([]);
    const open = [...html].find(([path]) => path.endsWith('/openStore.html'))?.[1] ?? '';
    expect(headings([...html.keys()].find((path) => path.endsWith('/openStore.html')) ?? '')).toEqual(
      expect.arrayContaining(['Parameters', 'Returns', 'Throws', 'Example']),
    );
    expect(textIn(open)).toContain('store-passphrase');
  });

  it('has a heading for every command and its subcommands', async () => {
    const { programOf } = await import('../../src/cli/commands.ts');
    const all = (command: Command, before: string): string[] => {
      const name = `${before}${command.name()}`;
      return [name, ...command.commands.flatMap((below) => all(below, `${name} `))];
    };
    const commands = all(await programOf(), '');
    expect(commands.length).toBeGreaterThan(40);
    expect(commands.filter((name) => !headings('cli.html').includes(name))).toEqual([]);
  });

  /** What answers a question, and which links in the text of pages lead to it. */
  const ANSWERS: readonly (readonly [question: string, links: readonly string[], answer: string])[] = [
    [
      'why a ceremony was refused',
      ['Why was this ceremony refused?'],
      'The first lines of a record are the answer; options, each message decoded, client data and outcome follow.',
    ],
    [
      'how to cancel one',
      ['The person cancels a prompt, fails, or does nothing'],
      "user.next({ presence: 'decline' }); // the person cancels the next prompt",
    ],
    [
      'how to sign in as a second user',
      ['A second account, and a second user'],
      'Two people have two devices. In Node, that is an Authenticator and a client for each.',
    ],
    [
      'what a yubikey-5-nfc does differently',
      ['What a known product does differently'],
      'yubikey-5-nfc needs a PIN, has room for 100 passkeys, and counts globally.',
    ],
    ['what an export throws', ['Reference', 'openStore'], 'StuntkeyError store-missing, store-needs-lmdb'],
    ['what the audit sends', ['Audit a server', 'the catalogue'], 'signature-from-other-key'],
  ];

  it.each(ANSWERS)('says in two clicks from its first page %s', (_, links, answer) => {
    expect(links.length).toBeLessThanOrEqual(2);
    expect(textIn(contentOf(links.reduce(followed, 'index.html')))).toContain(answer);
  });

  it('has links to sources as text that names them, and pictures that are there', () => {
    expect(textIn(page('getting-started/browser.html'))).toContain(
      'the login server (examples/login-server)',
    );
    const pictures = [...page('inspector.html').matchAll(/<img[^>]* src="([^"]+)"/g)].map(
      ([, src = '']) => src,
    );
    expect(pictures.length).toBeGreaterThan(3);
    expect(
      pictures.filter((src) => !src.startsWith(BASE) || !existsSync(join(out, src.slice(BASE.length)))),
    ).toEqual([]);
  });

  it('is shown by its command, in the folder of its host, until it is stopped', async () => {
    const command = ['docs/site/run.js', '--check', out, '--base', BASE, '--serve', '--port', '0'];
    const shown = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    const over = once(shown, 'exit');
    let url = '';
    for await (const line of createInterface(shown.stdout)) {
      url = /^site: (http.*)$/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    expect(url).toMatch(/^http:\/\/localhost:\d+\/docs\/stuntkey\/$/);
    const asked = async (path: string): Promise<readonly [status: number, text: string]> => {
      const response = await fetch(new URL(path, url));
      return [response.status, await response.text()];
    };
    expect((await asked(''))[1]).toContain(`href="${BASE}recipes.html"`);
    expect((await asked('recipes/models.html'))[1]).toContain('yubikey-5-nfc');
    expect((await asked('reference'))[1]).toContain('openStore');
    expect((await asked('playground/index.html'))[0]).toBe(200);
    for (const path of ['/', '/docs/', 'nothing.html', '..%2fmodule.ts', '%ff'])
      expect([path, (await asked(path))[0]]).toEqual([path, 404]);
    shown.kill();
    await over;
  });

  it('is refused by its check for a dead anchor, an export or a command without a place, and what comes from another host', async () => {
    const openStore = [...html.keys()].find((path) => path.endsWith('/openStore.html')) ?? '';
    const changes: readonly (readonly [path: string, change: (text: string) => string])[] = [
      ['policy.html', (text) => text.replace('</main>', `<a href="${BASE}models.html#none">x</a></main>`)],
      ['ctap.html', (text) => text.replace('</main>', '<a href="/models.html">x</a></main>')],
      ['cli.html', (text) => text.replaceAll('stuntkey pin set', 'stuntkey pin')],
      [
        'nfc.html',
        (text) => text.replace('</head>', '<script src="https://cdn.example/x.js"></script></head>'),
      ],
    ];
    for (const [path, change] of changes) writeFileSync(join(out, path), change(page(path)));
    rmSync(join(out, openStore));
    try {
      const { said, passed } = await site('--check', out, '--base', BASE);
      expect(passed).toBe(false);
      expect(said).toContain(
        `policy.html: ${BASE}models.html#none leads to an anchor that models.html has not`,
      );
      expect(said).toContain('ctap.html: /models.html leads out of the site');
      expect(said).toContain('stuntkey/store: the export openStore has no page');
      expect(said).toContain('the command stuntkey pin set has no place in cli.html');
      expect(said).toContain('nfc.html: loads https://cdn.example/x.js from another host');
    } finally {
      for (const path of [...changes.map(([path]) => path), openStore])
        writeFileSync(join(out, path), page(path));
    }
  });

  it('fails where an export has no comment, shows a type that is not exported, or has no example', async () => {
    const module = join(folder, 'module.ts');
    writeFileSync(join(folder, 'package.json'), '{ "name": "given", "version": "1.0.0" }');
    const text = `interface Hidden { readonly a: number }\nexport interface Bare { readonly a: number }\n/** Gives one. */\nexport function give(): Hidden { return { a: 1 }; }\n`;
    writeFileSync(module, text);
    const { said, passed } = await site('--reference', module);
    expect(passed).toBe(false);
    expect(said).toMatch(/Hidden.*is referenced by.*give/);
    expect(said).toMatch(/Bare.*does not have any documentation/);
    expect(said).toContain('give has no example');
  });

  it.skipIf(withoutChromium)(
    named('finds a page by a word, without a network', withoutChromium),
    async () => {
      const served = await serveFolder(out, { base: BASE });
      const context = await (await sharedBrowser()).createBrowserContext();
      try {
        const tab = await context.newPage();
        const asked: string[] = [];
        tab.on('request', (request) => void asked.push(request.url()));
        await tab.goto(served.url, { waitUntil: 'networkidle0' });
        await tab.click('.VPNavBarSearch button');
        await (await tab.waitForSelector('#localsearch-input'))?.type('openStore');
        const result = await tab.waitForSelector('#localsearch-list a[href*="/openStore"]');
        await result?.click();
        await tab.waitForFunction("location.pathname.endsWith('/openStore.html')");
        await tab.waitForFunction("document.querySelector('h1')?.textContent.includes('openStore')");
        await tab.$eval(`.VPNavBarMenu a[href="${BASE}playground/index.html"]`, (link) =>
          (link as unknown as { click(): void }).click(),
        );
        await tab.waitForFunction(
          "location.pathname.endsWith('/playground/index.html') && document.querySelector('#root')?.childElementCount > 0",
        );
        expect(asked.filter((url) => !url.startsWith(served.url) && !/^(?:data|blob):/.test(url))).toEqual(
          [],
        );
        expect(asked.length).toBeGreaterThan(5);
      } finally {
        await context.close();
        await served.close();
      }
    },
  );
});
