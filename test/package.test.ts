/** What ships: how much it weighs, what is in it, and what an entry loads. Each limit is a budget that later changes keep. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import { unindented } from '../scripts/unindented.js';
import { slow, withoutTime } from './slow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));

/** Files by sub-path: what package.json names for Node. */
const entries = new Map<string, string>(
  Object.entries<string | { default: string }>(manifest.exports)
    .filter(([path]) => !path.includes('*') && path !== './package.json')
    .map(([path, target]) => [
      path === '.' ? 'stuntkey' : `stuntkey${path.slice(1)}`,
      typeof target === 'string' ? target : target.default,
    ]),
);

/** What a file of dist loads before it runs: files of ours, packages, and modules of Node's. */
function loadedBy(entry: string): {
  readonly files: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: readonly string[];
} {
  const files = new Set([join(root, entry)]);
  const packages = new Set<string>();
  const builtins = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\b(?:[^"\n]*? from)? ?"([^"]+)";$/gm)) {
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier));
      else if (specifier.startsWith('#')) {
        const target = manifest.imports[specifier];
        files.add(join(root, target.node ?? target));
      } else if (specifier.startsWith('node:')) builtins.add(specifier);
      else packages.add(specifier);
    }
  }
  return { files: [...files], packages: [...packages].toSorted(), builtins: [...builtins].toSorted() };
}

describe('an entry', () => {
  /** How many files of ours it loads at most, and which packages. */
  const LOADS: readonly (readonly [entry: string, files: number, packages: string])[] = [
    ['stuntkey', 4, 'none'],
    ['stuntkey/codec', 4, 'none'],
    ['stuntkey/ctap', 4, 'none'],
    ['stuntkey/crypto', 5, 'none'],
    ['stuntkey/verify', 5, 'none'],
    ['stuntkey/portable', 6, 'none'],
    ['stuntkey/install', 5, 'none'],
    ['stuntkey/vitest', 6, 'vitest'],
    ['stuntkey/node-test', 6, 'none'],
    ['stuntkey/puppeteer', 10, 'none'],
    ['stuntkey/webdriver', 9, 'none'],
    ['stuntkey/playwright', 2, '@playwright/test'],
    ['stuntkey/audit', 6, 'none'],
    ['stuntkey/fleet', 6, 'none'],
    ['stuntkey/http', 16, 'none'],
    ['stuntkey/store', 6, 'none'],
  ];

  it.each(LOADS)('%s loads at most %i files of ours, and of packages %s', (entry, most, packages) => {
    const loaded = loadedBy(entries.get(entry) as string);
    expect(loaded.packages.join(' ') || 'none').toBe(packages);
    expect(loaded.files.length).toBeLessThanOrEqual(most);
  });

  it('loads of Node what costs nothing: stuntkey itself and the drivers load neither cryptography nor HTTP', () => {
    for (const entry of ['stuntkey', 'stuntkey/vitest', 'stuntkey/verify', 'stuntkey/audit'])
      expect([entry, ...loadedBy(entries.get(entry) as string).builtins]).toEqual([entry, 'node:module']);
    for (const entry of ['stuntkey/puppeteer', 'stuntkey/webdriver', 'stuntkey/playwright']) {
      const { builtins } = loadedBy(entries.get(entry) as string);
      expect([entry, ...builtins.filter((name) => !/^node:(?:fs|module|os|path)$/.test(name))]).toEqual([
        entry,
      ]);
    }
  });

  it('of Playwright loads the device with the first stage, and that is the device of all others', () => {
    const before = loadedBy(entries.get('stuntkey/playwright') as string);
    expect(before.files.filter((file) => /\/chunks\//.test(file))).toEqual([
      join(root, 'dist/chunks/base.js'),
    ]);
    const code = `
      import { PlaywrightStage, attach } from 'stuntkey/playwright';
      const stage = await PlaywrightStage.make({ device: { model: 'yubikey-5-nfc' } });
      const refusals = await Promise.all([
        attach({}, stage.authenticator).catch((error) => error),
        PlaywrightStage.make({ mod: 'cdp' }).catch((error) => error),
      ]);
      const { Authenticator, ScriptedUser, StuntkeyError, WebAuthnClient } = await import('stuntkey');
      console.log(
        stage.authenticator instanceof Authenticator && stage.user instanceof ScriptedUser,
        stage.client('https://example.com') instanceof WebAuthnClient,
        ...refusals.map((error) => error instanceof StuntkeyError && error.code),
      );`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual(['true true bad-options bad-options\n', '']);
  });

  it('has no module twice: each is in one file of dist, which is ASCII: V8 reads it in half the time', () => {
    const places = new Map<string, string>();
    const twice: string[] = [];
    const other: string[] = [];
    for (const path of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
      // (The module for k6, and what runs in pages, cannot share anything.)
      if (!path.endsWith('.js') || /^(?:k6|page|inject|inspector)\//.test(path)) continue;
      const text = read(`dist/${path}`);
      if (/[^\0-\x7f]/.test(text)) other.push(path);
      for (const [, module = ''] of text.matchAll(/^\/\/ (src\/\S+\.ts)$/gm)) {
        if (places.has(module)) twice.push(`${module}: ${places.get(module)} and ${path}`);
        places.set(module, path);
        expect(existsSync(join(root, module)), module).toBe(true);
      }
    }
    expect(twice).toEqual([]);
    expect(other).toEqual([]);
    expect(places.size).toBeGreaterThan(300);
  });

  it('begins its lines without tabs, but for those in texts', () => {
    const code = 'function f() {\n\t\treturn `\ta\n\tb\n\t`;\n\t}\n';
    expect(unindented(code)).toBe('function f() {\nreturn `\ta\n\tb\n\t`;\n}\n');
  });

  it('shares its classes with all others, and its errors lead to the source', () => {
    const others = ['vitest', 'jest', 'playwright', 'artillery', 'k6', 'cypress'].map(
      (name) => `stuntkey/${name}`,
    );
    const names = [...entries.keys()].filter((name) => !others.includes(name));
    const code = `
      const seen = new Map();
      const twice = [];
      for (const name of ${JSON.stringify(names)}) {
        for (const [key, value] of Object.entries(await import(name))) {
          if (typeof value !== 'function') continue;
          const found = seen.get(key);
          if (found !== undefined && found.value !== value) twice.push(key + ': ' + found.name + ' and ' + name);
          seen.set(key, { name, value });
        }
      }
      const { StuntkeyError, Authenticator } = await import('stuntkey');
      const { openStore } = await import('stuntkey/store');
      const { base64url } = await import('stuntkey/codec');
      const error = await openStore({ path: '' }).catch((error) => error);
      let { stack } = error;
      try { new Authenticator({ modell: 'x' }); } catch (error) { stack = error.stack; }
      console.log(JSON.stringify({ twice, count: seen.size, ours: error instanceof StuntkeyError, stack }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const { twice, count, ours, stack } = JSON.parse(stdout);
    // (\`attach\` is what each driver calls its own; the rest that has one name is one thing.)
    expect(twice.filter((line: string) => !/^(?:attach|VirtualAuthenticators|install)\b/.test(line))).toEqual(
      [],
    );
    expect(count).toBeGreaterThan(100);
    expect(ours).toBe(true);
    // The last comment above a line of the stack names its source.
    const frames = [...(stack as string).matchAll(/file:\/\/(\/\S+?\/dist\/\S+?\.js):(\d+)/g)];
    expect(frames.length).toBeGreaterThan(1);
    for (const [, file = '', line] of frames) {
      const above = readFileSync(file, 'utf8').split('\n').slice(0, Number(line));
      const source = above.findLast((text) => /^\/\/ src\//.test(text))?.slice(3) ?? '';
      expect(existsSync(join(root, source)), source).toBe(true);
    }
  });
});

describe('the declarations', () => {
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.d.ts'),
  );

  it('name no type of lmdb or valibot, and none that is not there', () => {
    const lost: string[] = [];
    for (const path of files) {
      const text = read(`dist/${path}`);
      expect([path, ...text.matchAll(/(?:from |import\()'(?:lmdb|valibot)'/g)]).toEqual([path]);
      for (const [, specifier = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)\.[jt]s'/g)) {
        const target = `${join('dist', dirname(path), specifier)}.d.ts`;
        if (!existsSync(join(root, target))) lost.push(`${path}: ${target}`);
      }
    }
    expect(lost).toEqual([]);
  });
});

describe('what is installed with it', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<
      string,
      { dev?: true; peer?: true; devOptional?: true; license?: string; hasInstallScript?: true }
    >;
  };
  const installed = Object.entries(packages).filter(
    ([path, { dev, peer, devOptional }]) => path !== '' && !dev && !peer && !devOptional,
  );
  const LICENSES = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD'];

  it('is under a license that lets others use it', () => {
    expect(installed.length).toBeGreaterThan(10);
    expect(
      installed.filter(([, { license = '' }]) => !LICENSES.includes(license)).map(([path]) => path),
    ).toEqual([]);
  });

  it('runs no install script but that of cbor-extract, an optional part of cbor-x, and has none of ours', () => {
    expect(installed.filter(([, one]) => one.hasInstallScript).map(([path]) => path)).toEqual([
      'node_modules/cbor-extract',
    ]);
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name)),
    ).toEqual([]);
  });

  it('takes no more than 16 MB on the disk, stuntkey included, and no more than 30 packages', () => {
    const sizeOf = (path: string): number => {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat === undefined) return 0;
      if (!stat.isDirectory()) return stat.isFile() ? stat.size : 0;
      return (
        readdirSync(path)
          // (docs/site does not ship, and has a whole site in it where one was built.)
          .filter((name) => name !== 'node_modules' && name !== 'site')
          .reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
      );
    };
    const theirs = installed.reduce((sum, [path]) => sum + sizeOf(join(root, path)), 0);
    const ours = ['dist', 'docs', 'vectors', 'bin'].reduce((sum, path) => sum + sizeOf(join(root, path)), 0);
    expect((theirs + ours) / 1e6).toBeLessThan(16);
    const there = installed.filter(([path]) => existsSync(join(root, path)));
    expect(there.length).toBeLessThanOrEqual(30);
  });
});

describe('the texts that run elsewhere', () => {
  it('stay under their budgets: the script in pages, and the module for k6', () => {
    expect(read('dist/page/script-text.js').length).toBeLessThan(40_000);
    expect(gzipSync(read('dist/k6/stuntkey.js'), { level: 9 }).length).toBeLessThan(190_000);
  });

  it('carry the licenses of what is inside of them', () => {
    const [notices = ''] = /^\/\*![\s\S]*?\*\//.exec(read('dist/k6/stuntkey.js')) ?? [];
    for (const name of ['@noble/curves', '@noble/hashes', '@noble/ciphers', 'cbor-x', 'tldts', 'valibot'])
      expect(notices).toContain(`${name} `);
    const chunks = readdirSync(join(root, 'dist/chunks')).map((name) => read(`dist/chunks/${name}`));
    const withValibot = chunks.filter((text) => text.includes('vendor: "valibot"'));
    expect(withValibot.length).toBe(1);
    expect(withValibot[0]?.slice(0, 200)).toContain('Inside of this file:\n\nvalibot');
  });

  slow('`Authenticator` alone, bundled for a page, loads no more than 110 KB compressed', async () => {
    const bundle = await rolldown({
      input: 'page',
      platform: 'browser',
      cwd: root,
      plugins: [
        {
          name: 'page',
          resolveId: (id) => (id === 'page' ? '\0page' : null),
          load: (id) => (id === '\0page' ? "export { Authenticator } from 'stuntkey';" : null),
        },
      ],
      checks: { ineffectiveDynamicImport: false },
    });
    const { output } = await bundle.generate({ format: 'esm', minify: true });
    await bundle.close();
    // What is loaded at once; the rest comes when it is used.
    const loaded = new Set(
      output.flatMap((chunk) => (chunk.type === 'chunk' && chunk.isEntry ? [chunk.fileName] : [])),
    );
    let text = '';
    for (const name of loaded) {
      const chunk = output.find(({ fileName }) => fileName === name);
      if (chunk?.type !== 'chunk') continue;
      text += chunk.code;
      for (const other of chunk.imports) loaded.add(other);
    }
    expect(text).toContain('authenticatorMakeCredential');
    const size = gzipSync(text, { level: 9 }).length;
    expect(size).toBeLessThan(110_000);
  });
});

describe.skipIf(withoutTime)('the package', () => {
  let pack: { size: number; unpackedSize: number; files: { path: string }[] };
  beforeAll(() => {
    const args = ['pack', '--dry-run', '--ignore-scripts', '--json'];
    [pack] = JSON.parse(
      execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  });

  it('is less than a megabyte to download, and 3.5 MB unpacked', () => {
    expect(pack.size).toBeLessThan(1_000_000);
    expect(pack.unpackedSize).toBeLessThan(3_500_000);
  });

  it('has what its manifest names, and nothing of the tests, the sources or a build', () => {
    const paths = pack.files.map(({ path }) => path);
    const named = [
      ...JSON.stringify([manifest.exports, manifest.imports, manifest.bin]).matchAll(
        /"(?:\.\/)?((?:dist|bin|cjs)\/[^"*]+)"/g,
      ),
    ];
    expect(named.map(([, path]) => path).filter((path) => !paths.includes(path as string))).toEqual([]);
    const MAY =
      /^(?:bin|cjs|clients|dist|docs|skills|vectors)\/|^(?:package\.json|README\.md|LICENSE|llms\.txt)$/;
    expect(paths.filter((path) => !MAY.test(path))).toEqual([]);
    expect(
      paths.filter((path) => /\.map$|\.built|\.test\.|\.tsbuildinfo|\.tsx?$(?<!\.d\.ts)/.test(path)),
    ).toEqual([]);
  });
});
