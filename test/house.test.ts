import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const textOf = (file: string): string => readFileSync(src + file, 'utf8');

/** Floors from the ground up: each imports only from those before it. */
const FLOORS = [
  ['base'],
  ['cbor'],
  ['ctap'],
  ['crypto'],
  ['store'],
  ['person'],
  ['authority'],
  ['authenticator'],
  ['metadata'],
  ['webauthn', 'client', 'page', 'decode'],
  ['verify'],
  ['load'],
  ['portable'],
  ['entries', 'testing', 'transport', 'http', 'browser', 'audit', 'vectors', 'cli'],
];
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
  'verify',
  'decode',
  'page',
  'portable',
];
/** The durable store, which needs Node and LMDB: a door of its own, that nothing below the programs goes through. */
const DURABLE = /^store\/lmdb\//;
const DOOR = 'entries/store.ts';

const roomOf = (file: string): string => file.split('/')[0] as string;
const floorOf = (file: string): number => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));

/** What a file imports, statically or not, as paths under src/ or package names. */
function importsOf(file: string): string[] {
  const folder = new URL(`file:///${file}`);
  return [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target]) =>
    target?.startsWith('.') ? new URL(target, folder).pathname.slice(1) : (target as string),
  );
}

describe('the floors', () => {
  it('are the folders of src', () => {
    expect(files.filter((file) => floorOf(file) === -1)).toEqual([]);
  });

  it('import downwards only', () => {
    const upwards = files
      .filter((file) => file.includes('/'))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => target.endsWith('.ts') && floorOf(target) > floorOf(file))
          .map((target) => `${file} imports ${target}`),
      );
    expect(upwards).toEqual([]);
  });

  it('that run in a browser import nothing of Node, but for the files behind conditional imports', () => {
    const behindCondition = /^(crypto\/(platform|engines)|load\/threads)\//;
    const fromNode = files
      .filter((file) => ROAMING.includes(roomOf(file)) && !behindCondition.test(file))
      .filter((file) => !DURABLE.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (target) => target.startsWith('node:') || (behindCondition.test(target) && /node/.test(target)),
          )
          .map((target) => `${file} imports ${target}`),
      );
    expect(fromNode).toEqual([]);
  });
});

describe('the durable store', () => {
  it('is loaded by nothing that runs without it', () => {
    const loaders = files
      .filter((file) => !DURABLE.test(file) && file !== DOOR && roomOf(file) !== 'cli')
      .filter((file) => importsOf(file).some((target) => DURABLE.test(target) || target === 'lmdb'));
    expect(loaders).toEqual([]);
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
