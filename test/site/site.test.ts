/** The site of the documents, built as `npm run docs:site` builds it, and looked at as a reader does. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNotInstalled } from '../../tools/install.js';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { root } from '../documents.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

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
    const { said, passed } = await site('--out', out);
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

  /** The pages that a page leads to, its navigation included. */
  const linksOf = (path: string): string[] =>
    [...page(path).matchAll(/<a\b[^>]*\bhref="([^"#]*)(?:#[^"]*)?"/g)]
      .map(([, href = '']) => (href.startsWith('/') ? href.slice(1) : posix.join(posix.dirname(path), href)))
      .map((href) => (href === '' || href.endsWith('/') ? `${href}index.html` : href));

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

  it.each([
    ['why a ceremony was refused', 'recipes/why-refused.html', /NotAllowedError[\s\S]*CTAP2_ERR_/],
    ['how to cancel one', 'recipes/canceled-prompt.html', /presence: 'decline'/],
    ['how to sign in as a second user', 'recipes/second-account.html', /account: 1/],
    ['what a yubikey-5-nfc does differently', 'models.html', /yubikey-5-nfc[\s\S]*discoverableCapacity/],
    ['what an export throws', /^reference\/.*\/openStore\.html$/, /Throws[\s\S]*StuntkeyError/],
    ['the catalogue of faults', 'faults.html', /signature-from-other-key/],
  ])('leads in two clicks from its first page to %s', (_, target, says) => {
    const first = linksOf('index.html');
    const second = new Set([...first, ...first.flatMap(linksOf)]);
    const reached = [...second].filter((path) =>
      typeof target === 'string' ? path === target : target.test(path),
    );
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.some((path) => says.test(textIn(page(path))))).toBe(true);
  });

  it('has links to sources as text that names them, and pictures that are there', () => {
    expect(textIn(page('getting-started/browser.html'))).toContain(
      'the login server (examples/login-server)',
    );
    const pictures = [...page('inspector.html').matchAll(/<img[^>]* src="\/([^"]+)"/g)].map(
      ([, src = '']) => src,
    );
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.filter((src) => !existsSync(join(out, src)))).toEqual([]);
  });

  it('is refused by its check for a dead anchor, an export or a command without a place, and what comes from another host', async () => {
    const openStore = [...html.keys()].find((path) => path.endsWith('/openStore.html')) ?? '';
    const changes: readonly (readonly [path: string, change: (text: string) => string])[] = [
      ['policy.html', (text) => text.replace('</main>', '<a href="/models.html#none">x</a></main>')],
      ['cli.html', (text) => text.replaceAll('stuntkey pin set', 'stuntkey pin')],
      [
        'nfc.html',
        (text) => text.replace('</head>', '<script src="https://cdn.example/x.js"></script></head>'),
      ],
    ];
    for (const [path, change] of changes) writeFileSync(join(out, path), change(page(path)));
    rmSync(join(out, openStore));
    try {
      const { said, passed } = await site('--check', out);
      expect(passed).toBe(false);
      expect(said).toContain('policy.html: /models.html#none leads to an anchor that models.html has not');
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
      const server = await served(out);
      const context = await (await sharedBrowser()).createBrowserContext();
      try {
        const tab = await context.newPage();
        const asked: string[] = [];
        tab.on('request', (request) => void asked.push(request.url()));
        const { port } = server.address() as AddressInfo;
        const origin = `http://localhost:${port}`;
        await tab.goto(`${origin}/`, { waitUntil: 'networkidle0' });
        await tab.click('.VPNavBarSearch button');
        await (await tab.waitForSelector('#localsearch-input'))?.type('openStore');
        const result = await tab.waitForSelector('#localsearch-list a[href*="/openStore"]');
        await result?.click();
        await tab.waitForFunction("location.pathname.endsWith('/openStore.html')");
        await tab.waitForFunction("document.querySelector('h1')?.textContent.includes('openStore')");
        await tab.$eval('.VPNavBarMenu a[href="/playground/index.html"]', (link) =>
          (link as unknown as { click(): void }).click(),
        );
        await tab.waitForFunction(
          "location.pathname === '/playground/index.html' && document.querySelector('#root')?.childElementCount > 0",
        );
        expect(asked.filter((url) => !url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url))).toEqual(
          [],
        );
        expect(asked.length).toBeGreaterThan(5);
      } finally {
        await context.close();
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  );
});

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** A folder on loopback, as any host of files serves it. */
async function served(folder: string): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname.replace(/\/$/, '/index.html');
    const file = join(folder, decodeURIComponent(path));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((ready) => server.listen(0, 'localhost', ready));
  return server;
}
