/**
 * What the reference needs of the sources, as far as text shows it: `npm run docs:site` asks TypeDoc, which takes longer and sees more.
 * A line names the entry, the export and the file.
 */
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf } from '../documents.ts';

/** An export, where it is declared. */
interface Declared {
  readonly name: string;
  readonly file: string;
  readonly kind: string;
  /** The text of its comment; empty: none. */
  readonly comment: string;
  /** From its name on, to its end. */
  readonly body: string;
}

const KIND = '(?:declare |abstract |async )*(function\\*?|class|interface|type|const|let|enum|namespace)';
/** A comment, and what biome and TypeScript are told below it. */
const COMMENT = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:\/\/[^\n]*\n\s*)*$/;

const beside = (file: string, specifier: string): string => posix.join(posix.dirname(file), specifier);

function declared(file: string, name: string, text: string): Declared | undefined {
  const found = new RegExp(`^(?:export )?${KIND} ${name.replaceAll('$', '\\$')}\\b`, 'm').exec(text);
  if (found === null) return undefined;
  const [, kind = ''] = found;
  const rest = text.slice(found.index);
  const [, comment = ''] = COMMENT.exec(text.slice(0, found.index)) ?? [];
  const end = /^(?:function|class|interface)/.test(kind) ? /^\}/m : /;$/m;
  return { name, file, kind, comment, body: rest.slice(0, rest.search(end)) };
}

/** Where a name comes from that a file has of another. */
function origin(file: string, name: string, text: string): readonly [file: string, name: string] | undefined {
  for (const [, names = '', specifier = ''] of text.matchAll(
    /^(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm,
  ))
    for (const { from, to } of listed(names)) if (to === name) return [beside(file, specifier), from];
  return undefined;
}

/** Names in braces. */
const listed = (names: string): readonly { readonly from: string; readonly to: string }[] =>
  names
    .split(',')
    .map((one) => one.trim().replace(/^type /, ''))
    .filter((one) => one !== '')
    .map((one) => {
      const [from = '', to = from] = one.split(' as ');
      return { from, to };
    });

function found(file: string, name: string): Declared | undefined {
  const text = textOf(file);
  const here = declared(file, name, text);
  if (here !== undefined) return here;
  const elsewhere = origin(file, name, text);
  return elsewhere && found(...elsewhere);
}

/** The names that a module exports, and what they are in it. */
function exportsOf(file: string): readonly (readonly [name: string, declared: Declared | undefined])[] {
  const text = textOf(file);
  return [
    ...[...text.matchAll(new RegExp(`^export ${KIND} ([\\w$]+)`, 'gm'))].map(
      ([, , name = '']) => [name, found(file, name)] as const,
    ),
    ...[...text.matchAll(/^export (type )?\{([^}]*)\}(?: from '(\.[^']+)')?/gm)].flatMap(
      ([, type, names = '', specifier]) =>
        listed(names).map(({ from, to }) => {
          const one = found(specifier === undefined ? file : beside(file, specifier), from);
          // (A class of which there is the type alone is an interface.)
          return [to, type && one ? { ...one, kind: 'interface' } : one] as const;
        }),
    ),
    ...[...text.matchAll(/^export \* from '(\.[^']+)'/gm)].flatMap(([, specifier = '']) =>
      exportsOf(beside(file, specifier)),
    ),
  ];
}

const entries = [
  ...readdirSync(new URL('../../src/entries', import.meta.url)).map((name) => `src/entries/${name}`),
  'src/load/bare/k6.ts',
].map((file) => ({ file, exports: exportsOf(file) }));

/** What is wrong with exports, in a line each. */
const wrong = (isWrong: (one: Declared, entry: string) => boolean): string[] => [
  ...new Set(
    entries.flatMap(({ file, exports }) =>
      exports.flatMap(([, one]) =>
        one !== undefined && isWrong(one, file) ? [`${one.name}, in ${one.file}`] : [],
      ),
    ),
  ),
];

/** Names in the example of an entry. */
const shownIn = (entry: string): ReadonlySet<string> => {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(textOf(entry)) ?? [];
  return new Set(comment.slice(comment.indexOf('@example')).match(/[\w$]+/g));
};

/** The methods of a class that a caller has, with their comments and texts. */
const methods = (body: string): readonly (readonly [name: string, comment: string, text: string])[] =>
  [
    ...body.matchAll(/^ {2}(?:(?:static|async|override) )*(\*?[a-z]\w*)(?:<[^\n(]*>)?\([\s\S]*?^ {2}\}$/gm),
  ].map(({ index, 0: text, 1: name = '' }) => [name, COMMENT.exec(body.slice(0, index))?.[1] ?? '', text]);

/** Whether a text throws no deeper than so many spaces: what is deeper is in a function inside. */
const throws = (text: string, depth: number): boolean =>
  new RegExp(`^ {0,${depth}}(?:if \\(.*\\) )?throw\\b`, 'm').test(text);

/** It catches what it throws. */
const ANSWERS_ALWAYS = 'Authenticator.transact, in src/authenticator/authenticator.ts';

describe('what the reference says of an export', () => {
  it('is found in the source, for each that an entry has', () => {
    const lost = entries.flatMap(({ file, exports }) =>
      exports.filter(([, one]) => one === undefined).map(([name]) => `${name}, of ${file}`),
    );
    expect(lost).toEqual([]);
    expect(entries.flatMap(({ exports }) => exports).length).toBeGreaterThan(500);
  });

  it('is a comment', () => {
    expect(wrong(({ comment }) => comment.trim() === '')).toEqual([]);
  });

  it('has an example for a function or a class: its own, or that of its entry', () => {
    const shown = new Map(entries.map(({ file }) => [file, shownIn(file)]));
    const undone = wrong(
      ({ name, kind, comment }, entry) =>
        /^(?:function|class)/.test(kind) && !comment.includes('@example') && !shown.get(entry)?.has(name),
    );
    expect(undone).toEqual([]);
  });

  it('has `@throws` for a function that throws by itself', () => {
    expect(
      wrong(
        ({ kind, comment, body }) =>
          kind.startsWith('function') && throws(body, 4) && !/@throws|rejects/i.test(comment),
      ),
    ).toEqual([]);
  });

  it('has `@throws` for a method that throws by itself', () => {
    const undone = entries.flatMap(({ exports }) =>
      exports.flatMap(([, one]) =>
        one?.kind === 'class'
          ? methods(one.body)
              .filter(([, comment, text]) => throws(text, 6) && !/@throws|rejects/i.test(comment))
              .map(([name]) => `${one.name}.${name}, in ${one.file}`)
          : [],
      ),
    );
    expect([...new Set(undone)]).toEqual([ANSWERS_ALWAYS]);
  });
});
