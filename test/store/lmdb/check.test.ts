import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, hex } from '../../../src/base/bytes.ts';
import {
  checkStore,
  importStore,
  openStore,
  type StoreOptions,
  salvageStore,
} from '../../../src/entries/store.ts';
import { needsNoWalk } from '../../../src/store/lmdb/walked-note.ts';
import { bytes, contents, record } from '../contract.ts';
import { newPath, opens } from './folders.ts';

const settings = { model: 'yubikey-5' };

/** A store of so many credentials, closed. */
async function made(count: number, options: Partial<StoreOptions> = {}): Promise<string> {
  const path = newPath();
  const store = await openStore({ path, ...options });
  await store.putSettings(settings);
  store.transaction((transaction) => {
    for (let id = 1; id <= count; id++)
      transaction.put(record(id, { userName: `user ${id}`, signCount: id }));
  });
  await store.close();
  return path;
}

/** Flips a bit after the last place where some bytes are in the file. */
function hurt(path: string, where: Uint8Array, offset = 0): void {
  const file = readFileSync(join(path, 'data.mdb'));
  const at = file.lastIndexOf(where) + offset;
  expect(at).toBeGreaterThan(8192);
  file[at] = (file[at] as number) ^ 4;
  writeFileSync(join(path, 'data.mdb'), file);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('a credential that was hurt', () => {
  it('is named when it is read; the others are read and changed as ever', async () => {
    const path = await made(5);
    hurt(path, text('user 3'));
    const store = await opens({ path });
    const reads = (id: number) => store.read((reader) => reader.get(bytes(id)));
    expect(() => reads(3)).toThrow(
      expect.objectContaining({
        code: 'store-damaged',
        message: expect.stringMatching(new RegExp(`ID ${hex(bytes(3))}.* place 3 .*stuntkey check`)),
      }) as Error,
    );
    expect(reads(4)).toMatchObject({ userName: 'user 4', signCount: 4 });
    expect(store.count()).toBe(5);
    expect(() => store.page({ limit: 9 })).toThrow(/place 3/);
    store.transaction((transaction) => transaction.updateSignCount(bytes(4), () => 44));
    expect(() => store.transaction((transaction) => transaction.delete(bytes(3)))).toThrow(/place 3/);
    expect(() => store.transaction((transaction) => transaction.put(record(3)))).toThrow(/place 3/);
    await store.close();
    expect((await opens({ path })).read((reader) => reader.get(bytes(4)))?.signCount).toBe(44);
  });

  it('is told by the check, with what it seems to have been, and what is whole is saved', async () => {
    const path = await made(5);
    hurt(path, text('user 3'));
    expect(await checkStore({ path })).toMatchObject({
      whole: false,
      version: 3,
      problemCount: 1,
      credentials: { counted: 5, readable: 4 },
      lost: [{ place: 3, rpId: 'example.com', id: hex(bytes(3)) }],
      settings: 'whole',
      device: 'none',
    });
    const pieces: Uint8Array[] = [];
    await salvageStore({ path }, (piece) => pieces.push(piece));
    const copy = await importStore(pieces, { path: newPath() });
    expect(copy.page({ limit: 9 }).records.map(({ userName }) => userName)).toEqual(
      [1, 2, 4, 5].map((id) => `user ${id}`),
    );
    expect(copy.settings()).toEqual(settings);
    await copy.close();
  });
});

describe('a store that was hurt where others are looked up', () => {
  it('is refused, with a word of what, and all credentials are saved', async () => {
    const path = await made(5);
    hurt(path, concat(text('N')), 10);
    await expect(openStore({ path })).rejects.toMatchObject({
      code: 'store-damaged',
      message: expect.stringMatching(/is damaged: .*stuntkey check/),
    });
    const pieces: Uint8Array[] = [];
    const check = await salvageStore({ path }, (piece) => pieces.push(piece));
    expect(check).toMatchObject({ whole: false, credentials: { readable: 5 } });
    const copy = await importStore(pieces, { path: newPath() });
    expect(copy.count()).toBe(5);
    await copy.close();
  });

  it('is saved though both meta pages are gone', async () => {
    const path = await made(40);
    const whole = await opens({ path });
    const before = contents(whole);
    await whole.close();
    const file = readFileSync(join(path, 'data.mdb')).fill(0, 0, 8192);
    writeFileSync(join(path, 'data.mdb'), file);
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'store-damaged' });
    const pieces: Uint8Array[] = [];
    const check = await salvageStore({ path }, (piece) => pieces.push(piece));
    expect(check).toMatchObject({ whole: false, credentials: { readable: 40 } });
    const copy = await importStore(pieces, { path: newPath() });
    expect(contents(copy)).toEqual(before);
    await copy.close();
  });
});

describe('the check of an encrypted store', () => {
  it('looks at its structure without the passphrase, and saves nothing then', async () => {
    const path = await made(5, { passphrase: 'correct horse', passphraseCost: 10 });
    expect(await checkStore({ path })).toMatchObject({ whole: true, encrypted: true, opened: false });
    await expect(salvageStore({ path }, () => {})).rejects.toMatchObject({ code: 'store-passphrase' });
    await expect(checkStore({ path, passphrase: 'wrong' })).rejects.toMatchObject({
      code: 'store-passphrase',
    });
    expect(await checkStore({ path, passphrase: 'correct horse' })).toMatchObject({
      whole: true,
      opened: true,
      credentials: { counted: 5, readable: 5 },
    });
  });
});

describe('a large store', () => {
  it('is walked once, and again only when the note beside it does not fit', async () => {
    const path = newPath();
    const store = await openStore({ path });
    store.transaction((transaction) => {
      for (let id = 1; id <= 20; id++) {
        transaction.put(record(id, { largeBlob: new Uint8Array(1_000_000) }));
      }
    });
    expect(needsNoWalk(path)).toBe(true);
    store.transaction((transaction) => transaction.updateSignCount(bytes(1), () => 5));
    await store.close();
    expect(needsNoWalk(path)).toBe(true);
    // Another program's change of the same length, in the index of IDs: the time of the file is another.
    const file = join(path, 'data.mdb');
    const before = readFileSync(file);
    hurt(path, text('q'), 20);
    expect(needsNoWalk(path)).toBe(false);
    writeFileSync(file, before);
    expect(needsNoWalk(path)).toBe(false);
    await (await openStore({ path })).close();
    expect(needsNoWalk(path)).toBe(true);
  });
});
