/** The examples of the doc comments, which the reference shows. */
import { readdirSync } from 'node:fs';
import { transformWithOxc } from 'vite';
import { describe, expect, it } from 'vitest';
import { root, textOf } from '../documents.ts';
import { printed, promised } from '../printed.ts';
import { sampled } from '../slow.ts';

/** What an example needs that is not a process of Node: a test runner, a browser, a page. */
const ELSEWHERE =
  /stuntkey\/(?:vitest|jest|playwright|cypress|artillery)'|puppeteer-core|selenium-webdriver|openPageDevice|attach\(page/;

const examples = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) =>
    [...textOf(`src/${path}`).matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(([comment]) => {
      const lines = comment.replace(/^ *\*(?: |$)/gm, '');
      return [...lines.matchAll(/```[jt]s\n([\s\S]*?)```/g)].map(([, code = '']) => ({ path, code }));
    }),
  );

/** Those that say what they print, the short ones first: a sample of them takes no long one. */
const running = examples
  .filter(({ code }) => promised(code).length > 0 && !ELSEWHERE.test(code) && !/\/\/ …/.test(code))
  .sort((one, other) => one.code.length - other.code.length);

describe('the examples of the doc comments', () => {
  it('are there: each entry has one, and so have others', () => {
    const entries = readdirSync(`${root}src/entries`).map((name) => `entries/${name}`);
    expect(entries.filter((entry) => !examples.some(({ path }) => path === entry))).toEqual([]);
    expect(running.length).toBeGreaterThan(30);
  });

  it.each(sampled(running, 20))(
    'that of $path runs as printed and prints what it says',
    async ({ path, code }) => {
      const { code: script } = await transformWithOxc(code, `${path.replaceAll('/', '-')}.ts`, {
        lang: 'ts',
      });
      const said = (await printed(script)).filter((line) => line !== '');
      expect(said).toEqual(promised(code));
    },
  );
});
