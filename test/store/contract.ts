/** What every store promises, as tests: run over each of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hex } from '../../src/base/bytes.ts';
import type { CredentialRecord } from '../../src/store/record.ts';
import type { Store, StoreReader } from '../../src/store/store.ts';

export const bytes = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value);
export const record = (id: number, changes: Partial<CredentialRecord> = {}): CredentialRecord => ({
  id: bytes(id),
  rpId: 'example.com',
  rpIdHash: bytes(1),
  algorithm: -7,
  privateKey: bytes(2),
  publicKey: bytes(3, 64),
  discoverable: true,
  userId: bytes(id, 8),
  userName: 'ada',
  signCount: 0,
  backupEligible: false,
  backupState: false,
  credProtect: 1,
  ...changes,
});

/** Everything a store holds, in a form that can be compared. */
export const contents = (store: Store): unknown =>
  store.read((reader: StoreReader) => ({
    all: [...reader.all()].map(({ id, signCount, userName }) => `${hex(id)} ${signCount} ${userName}`).sort(),
    byRp: [...reader.relyingParties()]
      .map(
        (rp) =>
          `${hex(rp)} ${reader.countDiscoverable(rp)} ${[...reader.discoverable(rp)].map(({ id }) => hex(id))}`,
      )
      .sort(),
    count: reader.countDiscoverable(),
    users: [...reader.all()]
      .map(({ rpIdHash, userId }) => hex(reader.ofUser(rpIdHash, userId ?? bytes(0))?.id ?? bytes(0)))
      .sort(),
  }));

/** @param make gives a store never used @param numRuns of the property that takes many transactions */
export function keepsTheContract(make: () => Store | Promise<Store>, numRuns?: number): void {
  it('gives back what was put, by id, by RP and by user', async () => {
    const store = await make();
    await store.transaction((transaction) => transaction.put(record(7)));
    store.read((reader) => {
      expect(reader.get(bytes(7))).toEqual(record(7));
      expect(reader.get(bytes(8))).toBeUndefined();
      expect([...reader.discoverable(bytes(1))]).toEqual([record(7)]);
      expect(reader.ofUser(bytes(1), bytes(7, 8))).toEqual(record(7));
      expect([...reader.relyingParties()]).toEqual([bytes(1)]);
    });
  });

  it('lists the newest of an RP first, can skip some, and does not list what is not discoverable', async () => {
    const store = await make();
    await store.transaction((transaction) => {
      for (const id of [1, 2, 3]) transaction.put(record(id));
      transaction.put(record(4, { discoverable: false }));
    });
    store.read((reader) => {
      const ids = (skip: number): unknown => [...reader.discoverable(bytes(1), skip)].map(({ id }) => id[0]);
      expect(ids(0)).toEqual([3, 2, 1]);
      expect(ids(2)).toEqual([1]);
      expect(ids(3)).toEqual([]);
      expect(reader.countDiscoverable()).toBe(3);
      expect(reader.countDiscoverable(bytes(1))).toBe(3);
      expect(reader.countDiscoverable(bytes(9))).toBe(0);
    });
  });

  it('keeps one discoverable credential for a user of an RP, the newest', async () => {
    const store = await make();
    const userId = bytes(1, 8);
    await store.transaction((transaction) => {
      for (const id of [1, 2, 3]) transaction.put(record(id));
      transaction.put(record(4, { userId }));
      transaction.put(record(5, { userId, rpIdHash: bytes(9) }));
      transaction.put(record(6, { userId, rpIdHash: bytes(9) }));
      transaction.put(record(7, { userId, discoverable: false }));
    });
    store.read((reader) => {
      expect([...reader.discoverable(bytes(1))].map(({ id }) => id[0])).toEqual([4, 3, 2]);
      expect([...reader.discoverable(bytes(9))].map(({ id }) => id[0])).toEqual([6]);
      expect([...reader.all()].map(({ id }) => id[0])).toEqual([2, 3, 4, 6, 7]);
      expect(reader.countDiscoverable()).toBe(4);
    });
  });

  it('keeps the place of a record that is put again, and moves one whose RP changes', async () => {
    const store = await make();
    await store.transaction((transaction) => {
      for (const id of [1, 2, 3]) transaction.put(record(id));
      transaction.put(record(1, { userName: 'grace' }));
      transaction.put(record(2, { rpIdHash: bytes(9) }));
    });
    store.read((reader) => {
      expect([...reader.discoverable(bytes(1))].map(({ id, userName }) => [id[0], userName])).toEqual([
        [3, 'ada'],
        [1, 'grace'],
      ]);
      expect(reader.countDiscoverable(bytes(9))).toBe(1);
    });
  });

  it('is as it was before when a transaction throws, whatever the transaction did', async () => {
    type Step = {
      kind: 'put' | 'delete' | 'count' | 'clear';
      id: number;
      rp: number;
      discoverable: boolean;
      user: number;
    };
    const step: fc.Arbitrary<Step> = fc.record({
      kind: fc.constantFrom('put', 'put', 'delete', 'count', 'clear'),
      id: fc.integer({ min: 1, max: 6 }),
      rp: fc.integer({ min: 1, max: 2 }),
      discoverable: fc.boolean(),
      user: fc.integer({ min: 1, max: 3 }),
    });
    const apply = (store: Store, steps: Step[], fails: boolean): void => {
      try {
        store.transaction((transaction) => {
          for (const { kind, id, rp, discoverable, user } of steps) {
            if (kind === 'put')
              transaction.put(record(id, { rpIdHash: bytes(rp), discoverable, userId: bytes(user, 8) }));
            else if (kind === 'delete') transaction.delete(bytes(id));
            else if (kind === 'count') transaction.updateSignCount(bytes(id), (count) => count + 1);
            else transaction.clearCredentials();
          }
          if (fails) throw new Error('fails on purpose');
        });
      } catch {
        // The test looks at what is left.
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.array(step), fc.array(step), async (before, failing, after) => {
        const [store, untouched] = [await make(), await make()];
        for (const one of [store, untouched]) apply(one, before, false);
        apply(store, failing, true);
        expect(contents(store)).toEqual(contents(untouched));
        for (const one of [store, untouched]) apply(one, after, false);
        expect(contents(store)).toEqual(contents(untouched));
      }),
      numRuns === undefined ? {} : { numRuns },
    );
  });

  it('changes a counter, and nothing else, and says what it is now', async () => {
    const store = await make();
    await store.transaction((transaction) => {
      transaction.put(record(1));
      expect(transaction.updateSignCount(bytes(1), () => 0xffff_ffff)).toBe(0xffff_ffff);
      expect(transaction.updateSignCount(bytes(2), () => 1)).toBeUndefined();
    });
    store.read((reader) => expect([...reader.all()]).toEqual([record(1, { signCount: 0xffff_ffff })]));
  });

  it('refuses a transaction inside another, and one that is used after its end', async () => {
    const store = await make();
    expect(() => store.transaction(() => store.transaction(() => 0))).toThrow(/inside another/);
    const kept = await store.transaction((transaction) => transaction);
    expect(() => kept.put(record(1))).toThrow(/after its end/);
    expect(contents(store)).toMatchObject({ all: [] });
  });

  it('shares no memory with the caller’s record', async () => {
    const store = await make();
    const mine = record(1);
    await store.transaction((transaction) => transaction.put(mine));
    mine.publicKey.fill(0);
    expect(store.read((reader) => reader.get(bytes(1)))?.publicKey).toEqual(bytes(3, 64));
  });
}
