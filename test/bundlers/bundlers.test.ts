/** stuntkey in a page, by the bundlers that projects have: what they build runs in a browser, and needs nothing of Node. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { beforeAll, describe, expect } from 'vitest';
import { serveFolder } from '../../docs/site/serve.js';
import { patient, sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { requireFrom, whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { forPage } from './for-page.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const missing = withoutTime ?? withoutChromium ?? whyNoJudge('bundlers');

/** Bundles a module of a project into a folder. @returns what it warns of */
type Bundle = (project: string, entry: string, out: string) => Promise<readonly string[]>;

interface Esbuild {
  build(options: object): Promise<{ readonly warnings: readonly { readonly text: string }[] }>;
}

interface Stats {
  toJson(options: object): {
    readonly errors: readonly { readonly message: string }[];
    readonly warnings: readonly { readonly message: string }[];
  };
}

type Webpack = (
  options: object,
  done: (error: Error | null, stats: Stats) => void,
) => { close(done: () => void): void };

const BUNDLERS: Readonly<Record<string, Bundle>> = {
  async esbuild(project, entry, out) {
    const { build } = requireFrom('bundlers', 'esbuild') as Esbuild;
    const { warnings } = await build({
      absWorkingDir: project,
      entryPoints: { page: entry },
      outdir: out,
      ...forPage,
      logLevel: 'silent',
    });
    return warnings.map(({ text }) => text);
  },
  async vite(project, entry, out) {
    const { build } = await import('vite');
    const warnings: string[] = [];
    await build({
      root: project,
      configFile: false,
      logLevel: 'silent',
      build: {
        outDir: out,
        target: 'es2023',
        modulePreload: false,
        chunkSizeWarningLimit: 5_000,
        rolldownOptions: {
          input: { page: join(project, entry) },
          output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
          checks: { pluginTimings: false },
          onLog: (level, { message }) => {
            if (level === 'warn') warnings.push(message);
          },
        },
      },
    });
    return warnings;
  },
  async webpack(project, entry, out) {
    const webpack = requireFrom('bundlers', 'webpack') as Webpack;
    const stats = await new Promise<Stats>((resolve, reject) => {
      const compiler = webpack(
        {
          context: project,
          mode: 'production',
          target: 'web',
          entry: { page: entry },
          output: { path: out, filename: '[name].js', publicPath: '' },
          performance: { hints: false },
        },
        (error, stats) => compiler.close(() => (error === null ? resolve(stats) : reject(error))),
      );
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    return [...errors, ...warnings].map(({ message }) => message);
  },
};

describe.skipIf(missing)(named('a page that is bundled', missing), () => {
  let browser: Browser;
  let project: string;
  beforeAll(async () => {
    browser = await sharedBrowser();
    // As npm installs it: by its name, out of node_modules, and without what only a checkout has, such as tsconfig.json.
    project = mkdtempSync(join(tmpdir(), 'stuntkey-bundlers-'));
    const installed = join(project, 'node_modules/stuntkey');
    mkdirSync(installed, { recursive: true });
    for (const name of ['dist', 'package.json'])
      cpSync(join(root, name), join(installed, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
    writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
    for (const name of ['ceremonies.js', 'entries.js'])
      copyFileSync(new URL(`page/${name}`, import.meta.url), join(project, name));
  });

  /** Bundles an entry, opens it in Chromium, and gives back what it leaves in `result`. */
  async function ran(bundler: string, entry: string): Promise<unknown> {
    const out = join(project, `out-${bundler}-${entry.replace('.js', '')}`);
    const warnings = await (BUNDLERS[bundler] as Bundle)(project, `./${entry}`, out);
    expect(warnings).toEqual([]);
    const scripts = readdirSync(out).filter((name) => name.endsWith('.js'));
    const ofNode = /\b(?:from|import|require)\s*\(?\s*["'](?:node:|fs|path|crypto|worker_threads)\b/;
    expect(scripts.filter((name) => ofNode.test(readFileSync(join(out, name), 'utf8')))).toEqual([]);
    const type = bundler === 'webpack' ? '' : ' type="module"';
    writeFileSync(
      join(out, 'index.html'),
      `<!doctype html><link rel="icon" href="data:,"><script${type} src="page.js"></script>`,
    );
    const site = await serveFolder(out);
    const context = await browser.createBrowserContext();
    const page = patient(await context.newPage());
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    try {
      await page.goto(site.url);
      const handle = await page.waitForFunction('globalThis.result', { timeout: 0 });
      expect(problems).toEqual([]);
      return await handle.jsonValue();
    } finally {
      await context.close();
      await site.close();
    }
  }

  slow.each(Object.keys(BUNDLERS))('%s: makes credentials, signs in and verifies', async (bundler) => {
    expect(await ran(bundler, 'ceremonies.js')).toEqual({
      client: { verified: true, kind: 'attestation object', fmt: 'packed' },
      page: -8,
    });
  });

  slow.each(Object.keys(BUNDLERS))('%s: loads every entry that is for pages', async (bundler) => {
    const entries = await ran(bundler, 'entries.js');
    expect(Object.entries(entries as object).filter(([, isThere]) => isThere !== true)).toEqual([]);
    expect(Object.keys(entries as object).length).toBe(10);
  });
});
