/** The project's prose is read by textlint (tools/prose): it finds the words that are left out, and leaves plain sentences. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { whyNotInstalled } from '../tools/install.js';
import { longSentencesIn } from '../tools/prose/sentences.js';
import { wordsIn } from '../tools/prose/words.js';
import { withoutTime } from './slow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('prose', () => {
  it.each([
    ['Whoever calls gets the key.', '"Whoever": name them'],
    ["It is nobody's file.", '"nobody": say who'],
    ['A test for somebody else.', '"somebody": say who'],
    ['The request came to grief.', '"came to grief": say what happens'],
    ['The server is let off.', '"let off": say what happens'],
    ['The listener is told\nof every change.', '"told of": say how'],
    ['A key that stands twice in a map.', '"stands": say where'],
    ['They stand in line.', '"stand": say where'],
    ['It has no such form.', '"has no such form": say what was expected'],
    ['The person says what he wants.', '"he": write "it" or "they"'],
    ['A visitor with a session of his own.', '"his": write "it" or "they"'],
    ['It is Serialised.', '"Serialised": the American spelling is "Serialized"'],
    ['without authorisation', '"authorisation": the American spelling is "authorization"'],
    ['the colours of a fault', '"colours": the American spelling is "colors"'],
    ['the misbehaviour of a device', '"misbehaviour": the American spelling is "misbehavior"'],
    ['it was cancelled', '"cancelled": the American spelling is "canceled"'],
    ['an enrolment', '"enrolment": the American spelling is "enrollment"'],
    ['a licence', '"licence": the American spelling is "license"'],
    ['a misspelt option', '"misspelt": the American spelling is "misspelled"'],
    ['a judgement', '"judgement": the American spelling is "judgment"'],
  ])('leaves out the words of %j', (text, message) => {
    const found = wordsIn(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain(message);
    const { from = 0, to = 0 } = found[0] ?? {};
    expect(found[0]?.message).toContain(`"${text.slice(from, to).replace('\n', ' ')}"`);
  });

  it.each([
    'A caller that has no token is refused.',
    'A clock stands still until it is told to move; 0 stands for the default, and a socket stands in for the device.',
    'A stand-in, an understanding, no-nobody-knows, and a precise exercise: otherwise she and they advertise four hours.',
    'The color of the canceled request is gray; the program analyzes what it recognizes.',
  ])('has plain sentences: %s', (text) => expect(wordsIn(text)).toEqual([]));

  it('has sentences of at most 40 words in pages', () => {
    const words = (count: number): string => `A${' word'.repeat(count - 1)}`;
    expect(longSentencesIn(`${words(40)}. ${words(40)}! ${words(38)} (e.g. one).`)).toEqual([]);
    expect(longSentencesIn(`Short. ${words(41)}. Short.`)).toEqual([
      { from: 7, to: 7 + words(41).length + 1, message: expect.stringContaining('a sentence of 41 words') },
    ]);
  });
});

describe.skipIf(withoutTime !== undefined)('the linter', () => {
  it('reads Markdown, comments and texts, and leaves code, quotations and names', () => {
    expect(whyNotInstalled('tools/prose')).toBeUndefined();
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-prose-'));
    try {
      const page = join(folder, 'page.md');
      const code = join(folder, 'code.ts');
      writeFileSync(
        page,
        [
          '# Nobody',
          '',
          'A plain sentence with `nobody` in code, and [a link](https://example.com/nobody).',
          '',
          '| a | b |',
          '| --- | --- |',
          '| plain | told of |',
          '',
          '> Whoever is quoted.',
          '',
          '- an item of **his**',
          '',
          '```',
          'nobody();',
          '```',
          '',
          `A${' word'.repeat(40)}.`,
        ].join('\n'),
      );
      writeFileSync(
        code,
        [
          '/**',
          ' * What is told',
          ' * of, `nobody`, {@link somebody}.',
          ' *',
          ' * @throws Cancelled when it is cancelled',
          ' * @example',
          ' * somebody();',
          ' */',
          'export const nobody = (id: string): string => `the file of \u0024{id} is nobody’s`;',
          '',
          '// A comment that goes on',
          '// with whoever reads it.',
          "const NAMES = ['nobody', 'nobody-knows', 'whoever reads this', /nobody knows/];",
        ].join('\n'),
      );
      const ran = spawnSync(process.execPath, ['tools/prose/run.js', '--short', page, code], {
        cwd: root,
        encoding: 'utf8',
      });
      const found = ran.stderr.trim().split('\n');
      expect(found.map((line) => line.replace(`${folder}/`, '').replace(/: .*/, ''))).toEqual([
        'page.md:1:3 "Nobody"',
        'page.md:7:11 "told of"',
        'page.md:11:16 "his"',
        'page.md:17:1 a sentence of 41 words',
        'code.ts:2:12 "told of"',
        'code.ts:5:33 "cancelled"',
        'code.ts:9:69 "nobody"',
        'code.ts:12:9 "whoever"',
        'code.ts:13:43 "whoever"',
      ]);
      expect([ran.status, ran.stdout]).toEqual([1, 'prose: 9 problems in 2 files\n']);
      writeFileSync(page, 'A plain sentence.\n');
      const clean = spawnSync(process.execPath, ['tools/prose/run.js', page], {
        cwd: root,
        encoding: 'utf8',
      });
      expect([clean.status, clean.stdout]).toEqual([0, 'prose: 0 problems in 1 files\n']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
