import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { fromBase64url } from '../../../src/base/base64url.ts';
import { concat, fromUtf8, hex, utf8 } from '../../../src/base/bytes.ts';
import { openStore } from '../../../src/entries/store.ts';
import { unpackRecord } from '../../../src/store/packing.ts';
import { slow } from '../../slow.ts';
import { bytes, contents, record } from '../contract.ts';
import { newPath, opens } from './folders.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const version1 = fileURLToPath(new URL('./v1/', import.meta.url));
const version2 = fileURLToPath(new URL('./v2', import.meta.url));
const cheap = { passphraseCost: 10 };
const refused = (code: string): unknown => expect.objectContaining({ name: 'StuntkeyError', code });
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** The B-tree of a store, past it. */
function tree(path: string) {
  return open<Uint8Array, Uint8Array>({
    path,
    noSubdir: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
  });
}

/** A store under a passphrase, closed again. */
async function sealed(passphrase: string): Promise<string> {
  const path = newPath();
  const store = await openStore({ path, passphrase, ...cheap });
  await store.putSettings({ model: 'yubikey-5', secret: 'settings' });
  store.transaction((transaction) => {
    for (let id = 1; id <= 40; id++) transaction.put(record(id, { userName: 'ada.lovelace@example.com' }));
  });
  await store.close();
  return path;
}

describe('a store that is opened', () => {
  it('is made where there is none: two files for their owner alone, in a folder for its owner alone', async () => {
    const path = join(newPath(), 'deeper');
    const umask = process.umask(0);
    try {
      await opens({ path });
    } finally {
      process.umask(umask);
    }
    expect(readdirSync(path).sort()).toEqual(['data.mdb', 'lock.mdb']);
    expect([path, join(path, 'data.mdb'), join(path, 'lock.mdb')].map(mode)).toEqual(['700', '600', '600']);
  });

  it('takes from others what they may read of its files, and leaves a folder that was there as it is', async () => {
    const path = newPath();
    mkdirSync(path, { mode: 0o755 });
    await (await openStore({ path })).close();
    chmodSync(join(path, 'data.mdb'), 0o644);
    await opens({ path });
    expect([mode(path), mode(join(path, 'data.mdb'))]).toEqual(['755', '600']);
  });

  it('has what was put there before, settings too', async () => {
    const path = newPath();
    const before = await openStore({ path });
    expect(before.settings()).toBeUndefined();
    await before.putSettings({ model: 'yubikey-5', policy: { signCounter: 'zero' } });
    before.transaction((transaction) => transaction.put(record(1)));
    const expected = contents(before);
    await before.close();
    const after = await opens({ path });
    expect(contents(after)).toEqual(expected);
    expect(after.settings()).toEqual({ model: 'yubikey-5', policy: { signCounter: 'zero' } });
  });

  it('is missing where it is not to be made, and nothing is made then', async () => {
    const path = newPath();
    await expect(openStore({ path, create: false })).rejects.toEqual(refused('store-missing'));
    await expect(openStore({ path, readOnly: true })).rejects.toEqual(refused('store-missing'));
    await expect(openStore({ path, passphrase: '' })).rejects.toEqual(refused('bad-options'));
    await expect(openStore({ path, passphrase: 'x', passphraseCost: 99 })).rejects.toEqual(
      refused('bad-options'),
    );
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'a file');
    await expect(openStore({ path })).rejects.toEqual(refused('store-missing'));
  });

  // (Node's recursive mkdir never ends there.)
  it.skipIf(!existsSync('/proc/self'))('is refused where a file system makes no folders', async () => {
    await expect(openStore({ path: '/proc/stuntkey/key' })).rejects.toEqual(refused('store-missing'));
  });

  it('for reading only, refuses to write and shows what others write', async () => {
    const path = newPath();
    const writer = await opens({ path });
    const reader = await opens({ path, readOnly: true });
    expect(() => reader.transaction(() => 0)).toThrow(refused('store-read-only') as Error);
    await expect(reader.putSettings({})).rejects.toEqual(refused('store-read-only'));
    writer.transaction((transaction) => transaction.put(record(1)));
    expect(reader.count()).toBe(1);
    expect([reader.readOnly, reader.failure?.code]).toEqual([true, 'store-read-only']);
  });

  it('is closed once, and refuses everything then', async () => {
    const store = await opens({ path: newPath() });
    await Promise.all([store.close(), store.close()]);
    expect(() => store.count()).toThrow(refused('store-closed') as Error);
    expect(() => store.transaction(() => 0)).toThrow(refused('store-closed') as Error);
  });
});

describe('a store under a passphrase', () => {
  it('opens with it, and refuses another, none, and one where there is none', async () => {
    const path = await sealed('correct horse');
    for (const given of [{ passphrase: 'Correct horse' }, { passphrase: '' }, {}]) {
      await expect(openStore({ path, ...given })).rejects.toEqual(refused('store-passphrase'));
    }
    const store = await opens({ path, passphrase: 'correct horse' });
    expect([store.encrypted, store.count()]).toEqual([true, 40]);
    const clear = newPath();
    await (await openStore({ path: clear })).close();
    await expect(openStore({ path: clear, passphrase: 'x' })).rejects.toEqual(refused('store-passphrase'));
  });

  it('shows no names, IDs, keys or settings', async () => {
    const path = await sealed('correct horse');
    const file = readFileSync(join(path, 'data.mdb'));
    for (const secret of ['ada.lovelace', 'example.com', 'yubikey', 'settings']) {
      expect(file.includes(secret), secret).toBe(false);
    }
    // IDs, RP ID hash, keys, user handles: runs of one byte, in clear as well as hashed.
    for (const value of [1, 2, 3, 7]) {
      expect(file.includes(Buffer.from(bytes(value, 16))), `${value}`).toBe(false);
      expect(file.includes(Buffer.from(sha256(bytes(value)))), `sha256 ${value}`).toBe(false);
    }
    const clear = newPath();
    const store = await opens({ path: clear });
    store.transaction((transaction) => transaction.put(record(7)));
    expect(readFileSync(join(clear, 'data.mdb')).includes('example.com')).toBe(true);
  });

  it('is opened by others’ scrypt, HKDF and AES-GCM', async () => {
    const path = await sealed('correct horse');
    const db = tree(path);
    const { encryption } = JSON.parse(fromUtf8(db.get(utf8('F')) as Uint8Array));
    const { N, r, p, salt, nonce, key } = encryption;
    expect([N, r, p]).toEqual([1024, 8, 1]);
    const wrapping = scrypt('correct horse', fromBase64url(salt), { N, r, p, dkLen: 32 });
    const dataKey = gcm(wrapping, fromBase64url(nonce), utf8('stuntkey store key')).decrypt(
      fromBase64url(key),
    );
    const valueKey = hkdf(sha256, dataKey, new Uint8Array(32), utf8('stuntkey store values'), 32);
    const where = concat(utf8('r'), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 7));
    const value = new Uint8Array(db.get(where) as Uint8Array);
    const packed = gcm(valueKey, value.subarray(0, 12), where).decrypt(value.subarray(12, -4));
    expect(unpackRecord(packed)).toEqual(record(7, { userName: 'ada.lovelace@example.com' }));
    await db.close();
  });

  it('notices values that were changed, or put in another’s place', async () => {
    const path = await sealed('correct horse');
    const at = (place: number): Uint8Array => concat(utf8('r'), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, place));
    const db = tree(path);
    const other = new Uint8Array(db.get(at(2)) as Uint8Array);
    const changed = new Uint8Array(db.get(at(3)) as Uint8Array);
    changed[20] = (changed[20] as number) ^ 1;
    db.transactionSync(() => {
      db.putSync(at(1), other);
      db.putSync(at(3), changed);
    });
    await db.close();
    const store = await opens({ path, passphrase: 'correct horse' });
    for (const id of [1, 3]) {
      expect(() => store.read((reader) => reader.get(bytes(id)))).toThrow(refused('store-damaged') as Error);
    }
    expect(store.read((reader) => reader.get(bytes(2)))?.id).toEqual(bytes(2));
  });

  slow('asks for a second’s work and 128 MiB unless told otherwise', async () => {
    const path = newPath();
    await (await openStore({ path, passphrase: 'correct horse' })).close();
    const db = tree(path);
    expect(JSON.parse(fromUtf8(db.get(utf8('F')) as Uint8Array)).encryption).toMatchObject({
      N: 2 ** 17,
      r: 8,
      p: 1,
    });
    await db.close();
  });
});

describe('a store of another version', () => {
  it('that is older becomes one of this, with everything in it', async () => {
    const path = newPath();
    cpSync(version1, path, { recursive: true });
    await expect(openStore({ path, readOnly: true })).rejects.toEqual(refused('store-version'));
    for (let time = 1; time <= 2; time++) {
      const store = await openStore({ path });
      expect(store.settings()).toEqual({ model: 'yubikey-5' });
      const { records } = store.page({ limit: 100 });
      expect(records.map(({ id, signCount, userName }) => [id[0], signCount, userName])).toEqual(
        Array.from({ length: 12 }, (_, i) => [i + 1, (i + 1) * 10, `user ${i + 1}`]),
      );
      store.read((reader) => {
        expect([...reader.discoverable(bytes(0))].map(({ id }) => id[0])).toEqual([10, 6, 2]);
        expect([...reader.relyingParties()].map(hex)).toEqual([bytes(1), bytes(0)].map(hex));
        expect(reader.countDiscoverable()).toBe(9);
        expect(reader.ofUser(bytes(1), bytes(5, 8))?.userName).toBe('user 5');
        expect(reader.device()).toMatchObject({
          pinRetries: 5,
          globalSignCount: 70,
          minPinLengthRpIds: ['example.com'],
          fingerprints: [
            { templateId: bytes(5, 2), friendlyName: 'left thumb' },
            { templateId: bytes(6, 2) },
          ],
        });
      });
      await store.close();
    }
    const db = tree(path);
    expect(JSON.parse(fromUtf8(db.get(utf8('F')) as Uint8Array))).toEqual({
      format: 'stuntkey store',
      version: 3,
      check: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    // Nothing of the older layout is left.
    expect([...db.getKeys()].filter((key) => key[0] === 0x63 && key.length === 9)).toEqual([]);
    await db.close();
  });

  it.each([
    ['plain', {}],
    ['sealed', { passphrase: 'correct horse' }],
  ])('2 becomes one of this, with everything in it: %s', async (name, options) => {
    const path = newPath();
    cpSync(join(version2, name), path, { recursive: true });
    for (let time = 1; time <= 2; time++) {
      const store = await openStore({ path, ...options });
      expect(store.settings()).toEqual({ model: 'yubikey-5' });
      expect(contents(store)).toMatchObject({
        all: expect.arrayContaining([`${hex(bytes(1))} 10 user 1`, `${hex(bytes(12))} 120 user 12`]),
        count: 9,
      });
      expect(store.count()).toBe(12);
      expect(store.read((reader) => reader.device())).toMatchObject({ pinRetries: 5 });
      store.transaction((transaction) => transaction.updateSignCount(bytes(time), (count) => count));
      await store.close();
    }
  });

  it('2 whose records were changed from outside stays what it is', async () => {
    const path = newPath();
    cpSync(join(version2, 'plain'), path, { recursive: true });
    const db = tree(path);
    const where = concat(utf8('r'), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 7));
    const changed = new Uint8Array(db.get(where) as Uint8Array);
    changed[6] = (changed[6] as number) ^ 1; // a byte of its ID
    db.transactionSync(() => db.putSync(where, changed));
    await db.close();
    await expect(openStore({ path })).rejects.toMatchObject({
      code: 'store-damaged',
      message: expect.stringContaining('place 7'),
    });
    const after = tree(path);
    expect(JSON.parse(fromUtf8(after.get(utf8('F')) as Uint8Array)).version).toBe(2);
    await after.close();
  });

  it('that is newer is refused and left as it is', async () => {
    const path = newPath();
    await (await openStore({ path })).close();
    const db = tree(path);
    db.transactionSync(() => {
      db.putSync(utf8('F'), utf8('{"format":"stuntkey store","version":4,"something":"new"}'));
    });
    await db.close();
    const before = readFileSync(join(path, 'data.mdb'));
    await expect(openStore({ path })).rejects.toEqual(refused('store-version'));
    await expect(openStore({ path, passphrase: 'x' })).rejects.toEqual(refused('store-version'));
    expect(readFileSync(join(path, 'data.mdb')).equals(before)).toBe(true);
  });
});

describe('what is no store', () => {
  it.each<[string, (path: string) => void | Promise<void>]>([
    ['a file of something else', (path) => writeFileSync(join(path, 'data.mdb'), 'no tree '.repeat(5000))],
    [
      'an LMDB of another program',
      async (path) => {
        const db = tree(path);
        db.transactionSync(() => db.putSync(utf8('key'), utf8('value')));
        await db.close();
      },
    ],
    [
      'a format that is no JSON',
      async (path) => {
        const db = tree(path);
        db.transactionSync(() => db.putSync(utf8('F'), utf8('{')));
        await db.close();
      },
    ],
    [
      'a key that is wrapped in an unknown way, or at too high a cost',
      async (path) => {
        const db = tree(path);
        const encryption = { kdf: 'scrypt', cipher: 'A256GCM', N: 2 ** 40, r: 8, p: 1 };
        const format = { format: 'stuntkey store', version: 2, encryption };
        db.transactionSync(() => db.putSync(utf8('F'), utf8(JSON.stringify(format))));
        await db.close();
      },
    ],
  ])('is refused: %s', async (_name, make) => {
    const path = newPath();
    mkdirSync(path);
    await make(path);
    await expect(openStore({ path })).rejects.toEqual(refused('store-damaged'));
  });

  it.each([0.7, 0.5, 0.1, 0.02])('does not bring a process down: cut to %d of its length', async (share) => {
    const path = newPath();
    const store = await openStore({ path });
    store.transaction((transaction) => {
      for (let id = 1; id <= 200; id++) transaction.put(record(id, { credBlob: new Uint8Array(900) }));
    });
    await store.close();
    truncateSync(join(path, 'data.mdb'), Math.floor(statSync(join(path, 'data.mdb')).size * share));
    const code = `
      import { openStore } from 'stuntkey/store';
      try {
        const store = await openStore({ path: process.argv[1] });
        console.log(store.page({ limit: 1000 }).records.length);
      } catch (error) {
        console.log(error.code);
      }`;
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', code, path], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([stdout.trim(), signal]).toEqual(['store-damaged', null]);
  });
});
