import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../src/authenticator/authenticator.ts';
import { hex } from '../../../src/base/bytes.ts';
import { ManualClock } from '../../../src/base/clock.ts';
import { MemoryStore } from '../../../src/store/memory.ts';
import type { Store } from '../../../src/store/store.ts';
import { bytes, record } from '../contract.ts';
import { newPath, opens } from './folders.ts';

/** A device on a store, who watches it, and what that one heard. */
function watched(store: Store) {
  const clock = new ManualClock();
  const device = new Authenticator({ store, clock });
  const heard: string[] = [];
  const stop = device.credentials.watch((ids, whole) => {
    heard.push(`${ids.map((id) => hex(id.subarray(0, 1))).join(' ')}${whole ? ' whole' : ''}`);
  });
  return { clock, device, heard, stop };
}

describe('who watches a durable store', () => {
  it('hears what another process added, counted, replaced and deleted: at the next look of the clock', async () => {
    const path = newPath();
    const [here, there] = [await opens({ path }), await opens({ path })];
    const { clock, heard, stop } = watched(here);
    there.transaction((transaction) => transaction.put(record(1)));
    there.transaction((transaction) => transaction.updateSignCount(bytes(1), () => 7));
    expect(heard).toEqual([]);
    clock.advance(100);
    expect(heard).toEqual(['01']);
    there.transaction((transaction) => transaction.put(record(2, { userId: bytes(1, 8) })));
    clock.advance(100);
    expect(heard).toEqual(['01', '01 02']);
    there.transaction((transaction) => transaction.delete(bytes(2)));
    clock.advance(100);
    expect(heard).toEqual(['01', '01 02', '02']);
    clock.advance(1000);
    stop();
    there.transaction((transaction) => transaction.put(record(3)));
    clock.advance(1000);
    expect(heard).toHaveLength(3);
  });

  it('hears it before the next command of the device, too', async () => {
    const path = newPath();
    const [here, there] = [await opens({ path }), await opens({ path })];
    const { device, heard } = watched(here);
    there.transaction((transaction) => transaction.put(record(5)));
    await device.getInfo();
    expect(heard).toEqual(['05']);
  });

  it('hears its own changes once, and with them those of others in between', async () => {
    const path = newPath();
    const [here, there] = [await opens({ path }), await opens({ path })];
    const { clock, device, heard } = watched(here);
    there.transaction((transaction) => transaction.put(record(1)));
    await device.credentials.put(record(2));
    clock.advance(1000);
    expect(heard).toEqual(['02 01']);
  });

  it('is told all that there is when more changed than is remembered', async () => {
    const path = newPath();
    const [here, there] = [await opens({ path }), await opens({ path })];
    const { clock, heard } = watched(here);
    for (let count = 0; count < 65; count++) there.transaction((transaction) => transaction.put(record(1)));
    clock.advance(100);
    expect(heard).toEqual(['01 whole']);
    there.transaction((transaction) => {
      for (let id = 1; id <= 17; id++) transaction.put(record(id));
    });
    clock.advance(100);
    expect(heard[1]).toMatch(/^01 02 .* 11 whole$/);
    there.transaction((transaction) => transaction.clearCredentials());
    clock.advance(100);
    expect(heard[2]).toBe(' whole');
  });

  it('hears nothing of a transaction that failed', async () => {
    const path = newPath();
    const [here, there] = [await opens({ path }), await opens({ path })];
    const { clock, heard } = watched(here);
    const fails = (): void =>
      there.transaction((transaction) => {
        transaction.put(record(1));
        throw new Error('on purpose');
      });
    expect(fails).toThrow('on purpose');
    clock.advance(100);
    expect(heard).toEqual([]);
  });

  it('goes on when the store is closed under it, and when a listener throws', async () => {
    const path = newPath();
    const [here, there] = [await opens({ path }), await opens({ path })];
    const { clock, device } = watched(here);
    device.credentials.watch(() => {
      throw new Error('on purpose');
    });
    there.transaction((transaction) => transaction.put(record(1)));
    clock.advance(100);
    await here.close();
    clock.advance(100);
  });
});

describe('who watches a store in memory', () => {
  it('hears what another device on it does', async () => {
    const store = new MemoryStore();
    const { heard } = watched(store);
    await new Authenticator({ store }).credentials.put(record(1));
    expect(heard).toEqual(['01']);
  });
});
