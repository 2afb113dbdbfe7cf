/** docs/errors.md is complete: every code of every class, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stuntkeyErrorKinds } from '../src/base/stuntkey-error.ts';
import { exitCodeOf } from '../src/cli/error.ts';
import { StuntkeyError } from '../src/entries/index.ts';
import { toldOf } from '../src/http/error.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const page = readFileSync(`${root}docs/errors.md`, 'utf8');
const source = (file: string): string => readFileSync(`${root}src/${file}`, 'utf8');

/** The rows under a heading, as cells. */
function rows(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  return [...(section.split('\n## ')[0] as string).matchAll(/^\| `(.*) \|$/gm)].map(([, row]) =>
    `\`${row}`.split(' | ').map((cell) => cell.replace(/^`(.*)`$/, '$1')),
  );
}

/** The texts of a union of codes. */
function union(file: string, name: string): string[] {
  const [, members = ''] = new RegExp(`export type ${name} =([^;]*);`).exec(source(file)) ?? [];
  return [...members.matchAll(/\| '([^']+)'/g)].map(([, code]) => code as string);
}

const UNIONS: readonly (readonly [string, string, string])[] = [
  ['CborError', 'cbor/error.ts', 'CborErrorCode'],
  ['CryptoError', 'crypto/error.ts', 'CryptoErrorCode'],
  ['DecodeError', 'decode/error.ts', 'DecodeErrorCode'],
  ['TransportError', 'transport/errors.ts', 'TransportErrorCode'],
  ['HttpError', 'http/error.ts', 'HttpErrorCode'],
];

/** Thrown and caught inside, or a realm's own class. */
const INSIDE = [
  'DOMException',
  'CeremonyError',
  'ServerError',
  'PageRefusal',
  'Unexpected',
  'NotApplicable',
  'Unusable',
  'Unreadable',
  'NoAnswer',
].concat(['Ended', 'Cancelled', 'DeviceFailure', 'NotJoined', 'DoorError']);

describe('docs/errors.md', () => {
  it('has every code of StuntkeyError, what it blames, when, and what to do', () => {
    const told = rows('StuntkeyError');
    expect(told.map(([code, kind]) => [code, kind])).toEqual(Object.entries(stuntkeyErrorKinds));
    for (const [, , when, way] of told)
      expect([when, way].every((cell) => (cell?.length ?? 0) > 5)).toBe(true);
  });

  it.each(UNIONS)('has every code of %s', (heading, file, name) => {
    const codes = union(file, name);
    expect(codes.length).toBeGreaterThan(2);
    expect(rows(heading).map(([code]) => code)).toEqual(codes);
  });

  it('has every code of CtapHidError', () => {
    const codes = [...source('transport/ctaphid/errors.ts').matchAll(/^ {2}(ERR_\w+): 0x/gm)].map(
      ([, code]) => code,
    );
    expect(rows('CtapHidError').map(([code]) => code)).toEqual(codes);
  });

  it('names every class of errors that can be met outside', () => {
    const classes = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...source(file).matchAll(/class (\w+) extends Error\b/g)].map(([, name]) => name as string),
      );
    const headings = [...page.matchAll(/^## (\w+Error)$/gm)].map(([, name]) => name as string);
    const named = [...headings, ...rows('Without codes').map(([name]) => name as string), ...INSIDE];
    expect(classes.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !classes.includes(name))).toEqual([]);
  });
});

describe('a code', () => {
  it('is used somewhere', () => {
    const everything = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'base/stuntkey-error.ts')
      .map(source)
      .join('\n');
    expect(Object.keys(stuntkeyErrorKinds).filter((code) => !everything.includes(`'${code}'`))).toEqual([]);
  });

  it('says how a command exits, and what HTTP answers', () => {
    const outcome = (code: keyof typeof stuntkeyErrorKinds): number[] => {
      const error = new StuntkeyError(code, 'x');
      return [exitCodeOf(error), toldOf(error).status];
    };
    expect(outcome('bad-policy')).toEqual([2, 400]);
    expect(outcome('no-such-credential')).toEqual([1, 404]);
    expect(outcome('credential-exists')).toEqual([1, 409]);
    expect(outcome('store-full')).toEqual([1, 500]);
  });
});
