import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const src = `${root}src/`;
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
const textOf = (file: string): string => readFileSync(src + file, 'utf8');

/**
 * Which rooms a room may import, types included; after a semicolon, rooms of which it may import types only. `entries` shows
 * what the others have, and no room imports from it.
 */
const ROOMS: Readonly<Record<string, string>> = {
  base: '',
  cbor: 'base',
  ctap: 'base cbor',
  webauthn: 'base',
  crypto: 'base cbor',
  store: 'base cbor crypto',
  person: 'base',
  authority: 'base crypto',
  authenticator: 'base cbor ctap crypto store person authority',
  metadata: 'base ctap crypto authority authenticator',
  client: 'base cbor ctap webauthn crypto person',
  portable: 'base cbor crypto store',
  verify: 'base cbor ctap webauthn crypto',
  decode: 'base cbor ctap webauthn crypto client',
  page: 'base ctap webauthn client decode; store authenticator',
  audit: 'base cbor ctap webauthn crypto store person authority authenticator client verify; page',
  load: 'base cbor ctap webauthn crypto store person authenticator client',
  inject: 'base webauthn store person authenticator client page',
  transport: 'base ctap crypto',
  capture: 'base cbor ctap decode transport',
  viewer: 'base decode',
  inspector: 'base cbor ctap webauthn store person authenticator client decode page portable; http',
  playground: 'base authenticator person audit verify http inspector',
  http: 'base ctap webauthn crypto store person authenticator client decode page portable transport verify audit load viewer',
  browser: 'base cbor ctap webauthn crypto store person authenticator client decode page portable viewer',
  testing: 'base person authenticator client decode page viewer',
  mcp: 'base webauthn person authenticator client decode browser audit',
  vectors: 'base ctap crypto authority authenticator client',
  cli:
    'base cbor ctap webauthn crypto store person authority authenticator metadata client portable verify decode page audit load ' +
    'inject transport capture http browser mcp vectors viewer',
};

/** Rooms that run unchanged in a browser. */
const ROAMING = [
  'base',
  'cbor',
  'ctap',
  'webauthn',
  'crypto',
  'store',
  'person',
  'authority',
  'authenticator',
  'metadata',
  'client',
  'portable',
  'verify',
  'decode',
  'page',
  'audit',
  'load',
  'inspector',
  'inject',
  'playground',
];

/** What of those rooms is Node's: behind a conditional import of package.json, or an entry of its own. */
const NODE_ONLY: readonly RegExp[] = [
  // `#cbor-x`
  /^cbor\/node/,
  // `#platform`
  /^crypto\/platform\/node/,
  // `#native-engine`
  /^crypto\/engines\/(node|native-node|repeatable-rsa)/,
  // `#fleet-threads`
  /^load\/threads\/(node|worker)/,
  // `stuntkey/artillery`
  /^load\/artillery/,
  // `#device-script`
  /^inject\/device-text/,
  // `stuntkey/store`
  /^store\/lmdb\//,
];

const roomOf = (file: string): string => file.split('/')[0] as string;

interface Import {
  readonly target: string;
  readonly type: boolean;
}

/** Whether the clause between `import` and `from` names types only. */
const onlyTypes = (clause: string): boolean =>
  /^type\s/.test(clause) ||
  (/^\{.*\}$/s.test(clause) &&
    clause
      .slice(1, -1)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .every((name) => name.startsWith('type ')));

/** What a file imports, statically or not, as paths under src/ or names of packages. */
function importsOf(file: string): Import[] {
  const folder = new URL(`file:///${file}`);
  const statement =
    /^(?:import|export)\s+(?:([^;'"]*?)\s+from\s+)?'([^']+)'|\bimport\(\s*(?:\/\*.*?\*\/\s*)?'([^']+)'\s*\)/gm;
  return [...textOf(file).matchAll(statement)].map(([, clause, fixed, dynamic]) => {
    const specifier = (fixed ?? dynamic) as string;
    return {
      target: specifier.startsWith('.') ? new URL(specifier, folder).pathname.slice(1) : specifier,
      type: clause !== undefined && onlyTypes(clause.trim()),
    };
  });
}

const graph: ReadonlyMap<string, readonly Import[]> = new Map(
  files.map((file) => [file, importsOf(file).filter(({ target }) => /\.tsx?$/.test(target))]),
);

/** Groups of files that lead back to each other (Tarjan). */
function circles(): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    let low = index;
    path.push(file);
    for (const { target } of graph.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (path.includes(target)) low = Math.min(low, order.get(target) as number);
    }
    lowest.set(file, low);
    if (low === index) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1 || (graph.get(file) ?? []).some(({ target }) => target === file))
        found.push(circle);
    }
    return low;
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

describe('the rooms', () => {
  it('are the folders of src, and what they import is there', () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => room !== 'entries' && ROOMS[room] === undefined)).toEqual([]);
    const missing = [...graph].flatMap(([file, imports]) =>
      imports.filter(({ target }) => !graph.has(target)).map(({ target }) => `${file} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('import what the table lets them', () => {
    const strangers = [...graph].flatMap(([file, imports]) => {
      const room = roomOf(file);
      if (room === 'entries') return [];
      const [values = [], types = []] = (ROOMS[room] as string)
        .split(';')
        .map((rooms) => rooms.trim().split(' '));
      return imports
        .filter(({ target, type }) => {
          const other = roomOf(target);
          return other !== room && !values.includes(other) && !(type && types.includes(other));
        })
        .map(({ target }) => `${file} imports ${target}`);
    });
    expect(strangers).toEqual([]);
  });

  it('have no circle of files, types included', () => {
    expect(circles()).toEqual([]);
  });

  it('that run in a browser import nothing of Node, but for the files behind conditional imports', () => {
    const nodeOnly = (file: string): boolean => NODE_ONLY.some((pattern) => pattern.test(file));
    const isNode = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);
    const fromNode = files
      .filter((file) => ROAMING.includes(roomOf(file)) && !nodeOnly(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ target }) => isNode(target) || nodeOnly(target))
          .map(({ target }) => `${file} imports ${target}`),
      );
    expect(fromNode).toEqual([]);
  });
});

describe('the scripts in a page that ask others', () => {
  it.each(['injected', 'bridge'])('%s is made of base, webauthn and page alone', (name) => {
    const reached = new Set<string>([`page/${name}.ts`]);
    for (const file of reached) for (const { target } of graph.get(file) ?? []) reached.add(target);
    expect([...reached].filter((file) => !/^(base|webauthn|page)\//.test(file))).toEqual([]);
    expect(reached.size).toBeGreaterThan(10);
  });
});

describe('the conversion of options', () => {
  it('is in one file: no other has the names of their members, but for types, what uses or explains them, the audit and pages for people', () => {
    const uses = [
      'webauthn/types.ts',
      'webauthn/resident-key.ts',
      'client/platform/make-credential.ts',
      'authenticator/authenticator.ts',
    ];
    const spelling = files.filter(
      (file) =>
        /\bresidentKey\b/.test(textOf(file)) &&
        !uses.includes(file) &&
        !['audit', 'inspector', 'playground'].includes(roomOf(file)),
    );
    expect(spelling).toEqual(['webauthn/dictionaries.ts']);
  });
});

describe('the durable store', () => {
  it('is loaded by nothing that runs without it', () => {
    const durable = /^store\/lmdb\//;
    const loaders = files
      .filter((file) => !durable.test(file) && file !== 'entries/store.ts' && roomOf(file) !== 'cli')
      .filter((file) => importsOf(file).some(({ target }) => durable.test(target) || target === 'lmdb'));
    expect(loaders).toEqual([]);
  });
});

describe('valibot', () => {
  it('is imported by base/valibot.ts alone, and shapes by no room that has tables of its own, nor the script for pages', () => {
    const importers = (name: string): string[] =>
      files.filter((file) => importsOf(file).some(({ target }) => target === name));
    expect(importers('valibot')).toEqual(['base/valibot.ts']);
    const withTables = ['cbor', 'ctap', 'webauthn', 'page'];
    expect(importers('base/shape.ts').filter((file) => withTables.includes(roomOf(file)))).toEqual([]);
  });
});

describe('the public sub-paths', () => {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

  it('are the entries, one file each, the module for k6, and schemas', () => {
    const shown = Object.keys(exports).filter(
      (path) => !['./package.json', './k6', './schemas/*.schema.json'].includes(path),
    );
    const entries = files.filter((file) => roomOf(file) === 'entries').map((file) => file.slice(8, -3));
    expect(shown.map((path) => (path === '.' ? 'index' : path.slice(2))).toSorted()).toEqual(
      entries.toSorted(),
    );
  });
});

describe('the paths that are written down', () => {
  const inSrc = (path: string): boolean =>
    existsSync(`${root}${path.replace(/^\.?\/?dist\//, 'src/').replace(/\.d?\.?(js|ts)$/, '.ts')}`);

  it('of package.json are those of files in src', () => {
    const { exports, imports, sideEffects } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    const paths = [...JSON.stringify([exports, imports, sideEffects]).matchAll(/"\.\/(dist\/[^"]+)"/g)].map(
      ([, path]) => path as string,
    );
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !/^dist\/(?:k6|chunks)\//.test(path) && !inSrc(path))).toEqual([]);
  });

  it('of docs/architecture.md exist', () => {
    const text = readFileSync(`${root}docs/architecture.md`, 'utf8');
    const named = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]*)+)`/g)].map(([, path]) => path as string);
    expect(named.length).toBeGreaterThan(40);
    expect(
      named.filter(
        (path) => !path.startsWith('stuntkey/') && !existsSync(root + path) && !existsSync(src + path),
      ),
    ).toEqual([]);
  });
});

describe('time and chance', () => {
  it('are handed in', () => {
    const own = files.flatMap((file) =>
      [
        ...textOf(file).matchAll(
          /\b(Math\.random|Date\.now|new Date\(\)|setTimeout|setInterval|performance\.now)\b/g,
        ),
      ].map(([, call]) => `${file}: ${call}`),
    );
    // The one clock that is the machine's.
    expect(own.filter((line) => !line.startsWith('base/clock.ts'))).toEqual([]);
  });
});
