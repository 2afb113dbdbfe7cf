import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../src/authenticator/authenticator.ts';
import { hex } from '../../../src/base/bytes.ts';
import { type LmdbStore, openStore } from '../../../src/entries/store.ts';
import type { CredentialRecord } from '../../../src/store/record.ts';
import { runs } from '../../interop/debian.ts';
import { slow } from '../../slow.ts';
import { contents, record } from '../contract.ts';
import { beforeItGoes, newPath, opens } from './folders.ts';

/** A disk of 2 MiB. */
function smallDisk(): string {
  const folder = newPath();
  mkdirSync(folder);
  if (!runs('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder)) throw new Error('cannot mount');
  // (Lazily: a file read without a lock file, LMDB lets go of only with the process.)
  beforeItGoes(() => runs('umount', '-l', folder));
  return folder;
}

/** Why no disk can be mounted here. */
function whyNoDisk(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'only root can mount a small disk';
  const probe = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return probe.status === 0 ? undefined : 'this machine does not let root mount a disk';
}

const why = whyNoDisk();
const thrown = (code: string): unknown => expect.objectContaining({ name: 'StuntkeyError', code });
/** 32 bytes, other ones for every number. */
const idOf = (number: number): Uint8Array => new Uint8Array(new Float64Array(4).fill(number).buffer);

/** A credential that fills a page or so. */
const large = (number: number): CredentialRecord =>
  record(1, { id: idOf(number), userId: idOf(number), credBlob: new Uint8Array(3000) });

/** Puts credentials until it is refused. */
function fill(store: LmdbStore, from: number): { readonly kept: number; readonly error: unknown } {
  for (let number = from; number < from + 2000; number++) {
    try {
      store.transaction((transaction) => transaction.put(large(number)));
    } catch (error) {
      return { kept: number - from, error };
    }
  }
  throw new Error('the disk is never full');
}

describe.skipIf(why !== undefined)(`on a small disk${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it('a store that fills it says so, has everything it took, and goes on when there is room', async () => {
    const disk = smallDisk();
    const filler = join(disk, 'filler');
    writeFileSync(filler, new Uint8Array(1_200_000));
    const store = await opens({ path: join(disk, 'key') });
    const { kept, error } = fill(store, 1);
    expect(kept).toBeGreaterThan(10);
    expect(error).toEqual(thrown('store-full'));
    expect((error as Error).message).toContain(store.path);
    expect(store.failure).toBe(error);
    const all = (one: LmdbStore): string[] =>
      one.read((reader) => [...reader.all()].map(({ id, credBlob }) => `${hex(id)} ${credBlob?.length}`));
    const expected = Array.from({ length: kept }, (_, i) => `${hex(idOf(i + 1))} 3000`);
    expect(all(store)).toEqual(expected);

    // It is the same after it is opened anew, and for the device on it.
    await store.close();
    const again = await opens({ path: join(disk, 'key') });
    expect(all(again)).toEqual(expected);
    expect(again.count()).toBe(kept);

    rmSync(filler);
    expect(fill(again, kept + 1).kept).toBeGreaterThan(10);
    expect(all(again).slice(0, kept)).toEqual(expected);
  });

  slow('a device on it that has no room answers with an error, and counts on from where it was', async () => {
    const disk = smallDisk();
    const store = await opens({ path: join(disk, 'key') });
    const device = new Authenticator({ store });
    const make = (name: string) =>
      device.makeCredential({
        clientDataHash: new Uint8Array(32),
        rp: { id: 'example.com' },
        user: { id: new TextEncoder().encode(name), name },
        pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
        options: { rk: true, uv: true },
      });
    await make('ada');
    writeFileSync(join(disk, 'filler'), new Uint8Array(400_000));
    fill(store, 1);
    const before = contents(store);
    // What is free inside the file may do for some more.
    let error: unknown;
    for (let i = 0; i < 500 && error === undefined; i++) {
      await make(`user ${i}`).catch((reason: unknown) => {
        error = reason;
      });
    }
    expect(error).toEqual(thrown('store-full'));
    rmSync(join(disk, 'filler'));
    await make('grace');
    expect(JSON.stringify(contents(store)).length).toBeGreaterThan(JSON.stringify(before).length);
  });

  it('that is full already, no store is made, and nothing is left behind', async () => {
    const disk = smallDisk();
    expect(() => writeFileSync(join(disk, 'filler'), new Uint8Array(4_000_000))).toThrow('ENOSPC');
    const path = join(disk, 'key');
    await expect(openStore({ path })).rejects.toEqual(thrown('store-full'));
    expect(existsSync(path)).toBe(false);
  });

  it('that is mounted read-only, a store is refused for writing, and can be read', async () => {
    const disk = smallDisk();
    const path = join(disk, 'key');
    const store = await openStore({ path });
    await new Authenticator({ store }).getInfo();
    store.transaction((transaction) => transaction.put(record(1)));
    const before = contents(store);
    await store.close();
    expect(runs('mount', '-o', 'remount,ro', disk)).toBe(true);

    await expect(openStore({ path })).rejects.toEqual(thrown('store-read-only'));
    const reading = await opens({ path, readOnly: true });
    expect(contents(reading)).toEqual(before);
    expect(() => reading.transaction((transaction) => transaction.put(record(2)))).toThrow(
      thrown('store-read-only') as Error,
    );
  });
});
