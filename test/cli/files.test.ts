import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { safe } from '../../src/base/harmless.ts';
import { jsonText } from '../../src/cli/output.ts';
import { writeWhole } from '../../src/cli/write-file.ts';
import { checkStore, exportStore, importStore, openStore, salvageStore } from '../../src/entries/store.ts';
import { record } from '../store/contract.ts';
import { newPath } from '../store/lmdb/folders.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
/** A number that no process has. */
const DEAD = 2 ** 31 - 2;

describe('a file of secrets', () => {
  it('takes the place of what was there when it is whole, for its owner alone', async () => {
    const file = newPath();
    writeFileSync(file, 'before', { mode: 0o644 });
    await writeWhole(file, (write) => {
      write(text('after'));
      expect(readFileSync(file, 'utf8')).toBe('before');
    });
    expect([readFileSync(file, 'utf8'), mode(file)]).toEqual(['after', '600']);
    expect(readdirSync(dirname(file))).toEqual(['key']);
  });

  it('that fails leaves what was there, and nothing of itself', async () => {
    const file = newPath();
    writeFileSync(file, 'before');
    const fails = writeWhole(file, (write) => {
      write(text('half'));
      throw new Error('on purpose');
    });
    await expect(fails).rejects.toThrow('on purpose');
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(dirname(file))).toEqual(['key']);
  });

  it('clears away what a killed process left beside it, and nothing of one that lives', async () => {
    const file = newPath();
    writeFileSync(`${file}.writing-${DEAD}`, 'half');
    writeFileSync(`${file}.writing-${process.ppid}`, 'half');
    await writeWhole(file, (write) => write(text('whole')));
    expect(readdirSync(dirname(file)).sort()).toEqual(['key', `key.writing-${process.ppid}`]);
  });

  it('says what the system says, as an error of usage', async () => {
    const folder = newPath();
    mkdirSync(folder);
    for (const file of [folder, join(folder, 'none', 'file'), join(folder, 'x'.repeat(300))]) {
      await expect(writeWhole(file, () => {})).rejects.toMatchObject({ name: 'UsageError' });
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a store', () => {
  it('of which a file is a link is refused, and what it leads to is left alone', async () => {
    const outside = newPath();
    writeFileSync(outside, '');
    const path = newPath();
    mkdirSync(path);
    symlinkSync(outside, join(path, 'data.mdb'));
    for (const content of ['', 'somebody’s text']) {
      writeFileSync(outside, content);
      await expect(openStore({ path })).rejects.toMatchObject({ code: 'store-damaged' });
      // Not "there is none": a person who reads that makes one.
      await expect(checkStore({ path })).rejects.toMatchObject({ code: 'store-damaged' });
    }
    writeFileSync(outside, '');
    expect(readFileSync(outside, 'utf8')).toBe('');
    expect(existsSync(join(path, 'lock.mdb'))).toBe(false);
  });

  it('has an error of its own for a path that is too long, goes in circles, or is no path', async () => {
    const path = newPath();
    symlinkSync(path, path);
    for (const bad of [join(path, 'key'), `${path}-${'x'.repeat(300)}`]) {
      await expect(openStore({ path: bad })).rejects.toMatchObject({ name: 'StuntkeyError' });
    }
    for (const bad of [path, undefined, {}, { path: '' }, { path: 5 }, { path: 'a\0b' }]) {
      await expect(openStore(bad as never)).rejects.toMatchObject({
        code: 'bad-options',
        message: expect.stringMatching(/^openStore(?:\.path)?: expected /),
      });
    }
  });

  it('is checked, saved, exported and imported by options that are looked at first', async () => {
    const path = newPath();
    const nothing = (): void => {};
    const calls: readonly [RegExp, () => Promise<unknown>][] = [
      [/^checkStore: expected \{ path/, () => checkStore(path as never)],
      [/^checkStore\.pass: there is no such member/, () => checkStore({ pass: path } as never)],
      [/^salvageStore\.path: expected/, () => salvageStore({ path: '' }, nothing)],
      [/^salvageStore: expected a function/, () => salvageStore({ path }, undefined as never)],
      [
        /^salvageStore\.passphraseCost: expected/,
        () => salvageStore({ path }, nothing, { passphraseCost: 99 }),
      ],
      [/^exportStore: expected a store that openStore opened/, () => exportStore({ path } as never).next()],
      [/^importStore: expected the pieces of an export/, () => importStore(path as never, { path })],
      [
        /^importStore\.exportPassphrase: expected/,
        () => importStore([], { path, exportPassphrase: 5 } as never),
      ],
    ];
    for (const [message, call] of calls) {
      await expect(call(), String(message)).rejects.toMatchObject({
        code: 'bad-options',
        message: expect.stringMatching(message),
      });
    }
    expect(existsSync(path)).toBe(false);
  });

  it('that is imported clears away what a killed import left', async () => {
    const path = newPath();
    mkdirSync(`${path}.importing-${DEAD}`);
    await expect(importStore([text('no export')], { path })).rejects.toMatchObject({ code: 'store-damaged' });
    expect(readdirSync(dirname(path))).toEqual([]);
    const store = await openStore({ path });
    store.transaction((transaction) => transaction.put(record(1)));
    await store.close();
  });
});

describe('text for a terminal', () => {
  it('spells out controls, turned directions and what cannot be seen', () => {
    expect(safe('a\x1b[2J\x9bb\u202ec\u200bd\u2066e\ufefff\u2028g')).toBe(
      'a\\u{1b}[2J\\u{9b}b\\u{202e}c\\u{200b}d\\u{2066}e\\u{feff}f\\u{2028}g',
    );
    expect(safe('Zoë 李 🔑 ŝ')).toBe('Zoë 李 🔑 ŝ');
  });

  it('as JSON is the same value, and has none of that in it', () => {
    const value = { name: 'a\x9bb\u202ec\u200b\u{e0001}d\x7f' };
    expect(JSON.parse(jsonText(value))).toEqual(value);
    expect(jsonText(value)).toMatch(/^[\x20-\x7e]*$/);
  });
});
