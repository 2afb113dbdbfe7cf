import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, fromUtf8 } from '../../../src/base/bytes.ts';
import { exportStore, importStore, type LmdbStore } from '../../../src/entries/store.ts';
import { contents, record } from '../contract.ts';
import { newPath, opens } from './folders.ts';

const cheap = { passphraseCost: 10 };

/** A store with a bit of everything. */
async function filled(count = 3): Promise<LmdbStore> {
  const store = await opens({ path: newPath() });
  await store.putSettings({ model: 'yubikey-5' });
  store.transaction((transaction) => {
    for (let id = 1; id <= count; id++)
      transaction.put(record(id, { signCount: id, discoverable: id % 3 !== 0 }));
  });
  return store;
}

async function bytesOf(store: LmdbStore, options = {}): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of exportStore(store, options)) parts.push(part);
  return concat(...parts);
}

describe('the export of a store', () => {
  it.each([
    ['in clear', {}, {}],
    ['under a passphrase', { passphrase: 'tune', ...cheap }, { exportPassphrase: 'tune' }],
  ])('becomes the same store elsewhere, %s, however it is cut', async (_name, exporting, importing) => {
    const store = await filled();
    const whole = await bytesOf(store, exporting);
    for (const size of [1, 1000]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.subarray(i * size, (i + 1) * size),
      );
      const copy = await importStore(pieces, { path: newPath(), ...importing });
      expect(contents(copy)).toEqual(contents(store));
      expect(copy.settings()).toEqual({ model: 'yubikey-5' });
      await copy.close();
    }
  });

  it('says in its first line what it is', async () => {
    const whole = await bytesOf(await filled());
    expect(JSON.parse(fromUtf8(whole.subarray(0, whole.indexOf(10))))).toEqual({
      format: 'stuntkey store export',
      version: 2,
    });
  });

  it('is as the store was when it began, whatever comes after', async () => {
    const store = await filled(300);
    const before = contents(store);
    const parts: Uint8Array[] = [];
    for await (const part of exportStore(store)) {
      parts.push(part);
      if (parts.length === 10) store.transaction((transaction) => transaction.clearCredentials());
    }
    const copy = await importStore(parts, { path: newPath() });
    expect(contents(copy)).toEqual(before);
    await copy.close();
  });

  it('makes no store at all when a byte of it is another, or it is cut off, or goes on', async () => {
    const whole = await bytesOf(await filled());
    const damaged = [
      ...Array.from({ length: whole.length }, (_, i) =>
        whole.map((byte, at) => (at === i ? byte ^ 1 : byte)),
      ),
      whole.subarray(0, -1),
      whole.subarray(0, whole.length / 2),
      new Uint8Array(),
      concat(whole, Uint8Array.of(0)),
    ];
    const path = newPath();
    for (const file of damaged.filter((_, i) => i % 7 === 0 || i >= whole.length)) {
      await expect(importStore([file], { path })).rejects.toMatchObject({
        code: expect.stringMatching(/^store-(damaged|version|passphrase)$/),
      });
    }
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('is refused with a wrong passphrase, none, or one too many, and beside a store that is there', async () => {
    const store = await filled();
    const sealed = await bytesOf(store, { passphrase: 'tune', ...cheap });
    const clear = await bytesOf(store);
    const path = newPath();
    const code = 'store-passphrase';
    await expect(importStore([sealed], { path, exportPassphrase: 'Tune' })).rejects.toMatchObject({ code });
    await expect(importStore([sealed], { path })).rejects.toMatchObject({ code });
    await expect(importStore([clear], { path, exportPassphrase: 'tune' })).rejects.toMatchObject({ code });
    expect(existsSync(path)).toBe(false);
    await expect(importStore([clear], { path: store.path })).rejects.toMatchObject({ code: 'store-exists' });
  });

  it('of a later version is refused', async () => {
    const later = new TextEncoder().encode('{"format":"stuntkey store export","version":3}\n');
    await expect(importStore([later], { path: newPath() })).rejects.toMatchObject({ code: 'store-version' });
  });
});
